package io.jacquard.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/**
 * What generated classes need: a hidden subclass, mostly with one method, {@code run}, and the instructions that
 * load and store a vector at an address.
 */
final class Generated {
  static final ClassDesc VECTOR = api("FloatVector");
  static final ClassDesc BASE_VECTOR = api("Vector");
  static final ClassDesc SPECIES = api("VectorSpecies");
  static final ClassDesc SEGMENT = desc(MemorySegment.class);
  static final ClassDesc MEMORY = desc(Memory.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);

  private Generated() {}

  /**
   * An instance of a new hidden subclass.
   *
   * @param parent an abstract class of this package whose one abstract method is {@code run}
   * @param name   the simple name, for stack traces and profiles
   * @param run    the type of {@code run}
   * @param body   writes the method's code
   */
  static <T> T instance(Class<T> parent, String name, MethodTypeDesc run, Consumer<CodeBuilder> body) {
    return subclass(parent, name, type -> type.withMethodBody("run", run, 0, body));
  }

  /** An instance of a new hidden subclass with some methods, whose parent has a constructor without parameters. */
  static <T> T subclass(Class<T> parent, String name, Consumer<ClassBuilder> methods) {
    var init = ConstantDescs.INIT_NAME;
    var nothing = ConstantDescs.MTD_void;
    byte[] bytes = ClassFile.of().build(ClassDesc.of(parent.getPackageName(), name), type -> {
      type.withSuperclass(desc(parent)).withFlags(ClassFile.ACC_FINAL).withMethodBody(init, nothing, 0,
          code -> code.aload(0).invokespecial(desc(parent), init, nothing).return_());
      methods.accept(type);
    });
    try {
      var hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
      var constructor = hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class));
      return parent.cast(constructor.invoke());
    } catch (Throwable e) {
      throw new AssertionError("the generated class " + name + " is not valid", e);
    }
  }

  /** The methods of a class of this package, as they were compiled. */
  static List<MethodModel> methods(Class<?> type) {
    var name = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    try (var file = type.getResourceAsStream(name)) {
      return ClassFile.of().parse(file.readAllBytes()).methods();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }

  static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /** A class of the Vector API, by name alone: whoever writes only plain loops can do without its module. */
  static ClassDesc api(String name) {
    return ClassDesc.of(Form.MODULE, name);
  }

  /** Pushes the species. */
  static void species(CodeBuilder code) {
    code.getstatic(desc(Simd.class), "FLOATS", SPECIES);
  }

  /** Pushes the vector {@code vectors} vectors after the address in a slot. */
  static void loadVector(CodeBuilder code, int slot, int vectors) {
    species(code);
    at(code, slot, vectors);
    code.invokestatic(VECTOR, "fromMemorySegment",
        MethodTypeDesc.of(VECTOR, SPECIES, SEGMENT, ConstantDescs.CD_long, ORDER));
  }

  /** Pops a vector and stores it {@code vectors} vectors after the address in a slot. */
  static void storeVector(CodeBuilder code, int slot, int vectors) {
    at(code, slot, vectors);
    code.invokevirtual(VECTOR, "intoMemorySegment",
        MethodTypeDesc.of(ConstantDescs.CD_void, SEGMENT, ConstantDescs.CD_long, ORDER));
  }

  private static void at(CodeBuilder code, int slot, int vectors) {
    code.getstatic(MEMORY, "ALL", SEGMENT).lload(slot);
    if (vectors > 0) {
      code.loadConstant((long) vectors * Simd.BYTES).ladd();
    }
    code.getstatic(MEMORY, "ORDER", ORDER);
  }
}
