package io.jacquard.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What {@link DriverProbe} asks of libcuda, as native functions that lead back to Java. */
@SuppressWarnings("restricted") // tests run with native access
final class FakeDriver implements SymbolLookup {
  int initialised;
  int version = 13000;
  int devices = 1;
  int attributes;
  private final Map<String, MemorySegment> functions = new HashMap<>();

  FakeDriver() {
    add("cuInit", JAVA_INT);
    add("cuDriverGetVersion", ADDRESS);
    add("cuDeviceGetCount", ADDRESS);
    add("cuDeviceGet", ADDRESS, JAVA_INT);
    add("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
    add("cuDeviceTotalMem_v2", ADDRESS, JAVA_INT);
    add("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
  }

  void lacks(String function) {
    functions.remove(function);
  }

  private void add(String name, MemoryLayout... arguments) {
    try {
      var types = new Class<?>[arguments.length];
      for (int i = 0; i < types.length; i++)
        types[i] = arguments[i] == ADDRESS ? MemorySegment.class : int.class;
      var target = MethodHandles.lookup().bind(this, name, MethodType.methodType(int.class, types));
      functions.put(name, Linker.nativeLinker().upcallStub(target,
          FunctionDescriptor.of(JAVA_INT, arguments), Arena.ofAuto()));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Optional<MemorySegment> find(String name) {
    return Optional.ofNullable(functions.get(name));
  }

  int cuInit(int flags) {
    return initialised;
  }

  int cuDriverGetVersion(MemorySegment to) {
    to.reinterpret(4).set(JAVA_INT, 0, version);
    return 0;
  }

  int cuDeviceGetCount(MemorySegment to) {
    to.reinterpret(4).set(JAVA_INT, 0, devices);
    return 0;
  }

  int cuDeviceGet(MemorySegment to, int ordinal) {
    to.reinterpret(4).set(JAVA_INT, 0, ordinal + 40);
    return 0;
  }

  int cuDeviceGetName(MemorySegment to, int bytes, int device) {
    to.reinterpret(bytes).setString(0, "NVIDIA Test " + (device - 40));
    return 0;
  }

  int cuDeviceTotalMem_v2(MemorySegment to, int device) {
    to.reinterpret(8).set(JAVA_LONG, 0, 8L << 30);
    return 0;
  }

  int cuDeviceGetAttribute(MemorySegment to, int which, int device) {
    to.reinterpret(4).set(JAVA_INT, 0, switch (which) {
      case 75 -> 9;
      case 76 -> 0;
      case 16 -> 132;
      default -> throw new AssertionError("attribute " + which);
    });
    return attributes;
  }
}
