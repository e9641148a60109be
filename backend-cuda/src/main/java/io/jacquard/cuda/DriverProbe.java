package io.jacquard.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the NVIDIA driver which GPUs there are, through {@code java.lang.foreign}: JCuda is not touched before a driver is
 * known to be there, because a class of it whose library does not load stays broken for good.
 */
final class DriverProbe {
  static final String DRIVER = "libcuda.so.1";
  private static final int NAME_BYTES = 256;
  private static final int MULTIPROCESSORS = 16; // CU_DEVICE_ATTRIBUTE_...
  private static final int MAJOR = 75;
  private static final int MINOR = 76;

  /**
   * What the driver said.
   *
   * @param version the newest CUDA that it supports: 13000 is 13.0; 0 if there is none
   * @param links the driver, and the GPUs
   */
  record Answer(int version, List<CudaDevice> devices, List<Link> links) {}

  /** A function of the driver gave an error. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    final int code;

    Refused(String function, int code) {
      super(function + " gave error " + code);
      this.code = code;
    }
  }

  private final SymbolLookup driver;

  private DriverProbe(SymbolLookup driver) {
    this.driver = driver;
  }

  static Answer ask(Machine machine) {
    SymbolLookup driver;
    try {
      driver = machine.load(DRIVER);
    } catch (UnsatisfiedLinkError e) {
      return none(Link.missing("driver", "no NVIDIA driver (" + DRIVER + ") was found" + unlessUsual(e),
          "install the driver of your NVIDIA GPU; in a container, start it with the GPU (docker run --gpus all)"));
    }
    try {
      return new DriverProbe(driver).ask();
    } catch (Refused e) {
      return none(Link.missing("driver", "the NVIDIA driver is there, but " + e.getMessage(), cure(e.code)));
    } catch (UnsatisfiedLinkError e) {
      return none(Link.missing("driver", DRIVER + " lacks " + e.getMessage(),
          "install a driver for CUDA 12 or later"));
    }
  }

  /** That there is no such file is what was just said. */
  private static String unlessUsual(UnsatisfiedLinkError e) {
    var words = String.valueOf(e.getMessage());
    return words.startsWith(DRIVER + ": ") && words.contains("No such file") ? "" : ": " + words;
  }

  private static Answer none(Link missing) {
    return new Answer(0, List.of(), List.of(missing));
  }

  /** What helps against an error of {@code cuInit}. */
  static String cure(int code) {
    return switch (code) {
      case 100 -> "check that the GPU is there (nvidia-smi), and that CUDA_VISIBLE_DEVICES does not hide it";
      case 802 ->
        "wait until the machine's fabric manager has started (systemctl status nvidia-fabricmanager)";
      case 803 -> "restart the machine: the driver was updated, and the old one is still loaded";
      case 804 -> "take CUDA's compat folder from LD_LIBRARY_PATH: this GPU does not support it";
      case 999 -> "load the kernel module nvidia_uvm (nvidia-modprobe -u), or restart the machine";
      default -> "check the driver with nvidia-smi";
    };
  }

  private Answer ask() throws Refused {
    check("cuInit", call("cuInit", 0));
    try (var arena = Arena.ofConfined()) {
      var number = arena.allocate(JAVA_LONG);
      check("cuDriverGetVersion", call("cuDriverGetVersion", number));
      int version = number.get(JAVA_INT, 0);
      var driverLink = Link.found("driver", "for CUDA " + version(version));
      check("cuDeviceGetCount", call("cuDeviceGetCount", number));
      int count = number.get(JAVA_INT, 0);
      if (count == 0)
        return new Answer(version, List.of(),
            List.of(driverLink, Link.missing("GPU", "the NVIDIA driver finds no GPU", cure(100))));
      var devices = new ArrayList<CudaDevice>();
      for (int i = 0; i < count; i++) devices.add(device(i, arena));
      return new Answer(version, devices,
          List.of(driverLink, Link.found("GPU", devices.getFirst().description())));
    }
  }

  /** 13010 is 13.1. */
  static String version(int number) {
    return number / 1000 + "." + number % 1000 / 10;
  }

  private CudaDevice device(int ordinal, Arena arena) throws Refused {
    var number = arena.allocate(JAVA_LONG);
    check("cuDeviceGet", call("cuDeviceGet", number, ordinal));
    int id = number.get(JAVA_INT, 0);
    var text = arena.allocate(NAME_BYTES);
    check("cuDeviceGetName", call("cuDeviceGetName", text, NAME_BYTES, id));
    check("cuDeviceTotalMem", call("cuDeviceTotalMem_v2", number, id));
    long memory = number.get(JAVA_LONG, 0);
    return new CudaDevice(ordinal, text.getString(0), memory, attribute(MAJOR, id, number),
        attribute(MINOR, id, number), attribute(MULTIPROCESSORS, id, number));
  }

  private int attribute(int which, int id, MemorySegment number) throws Refused {
    check("cuDeviceGetAttribute", call("cuDeviceGetAttribute", number, which, id));
    return number.get(JAVA_INT, 0);
  }

  private static void check(String function, int code) throws Refused {
    if (code != 0) throw new Refused(function, code);
  }

  /** Calls a function whose arguments are pointers and ints. */
  @SuppressWarnings("restricted") // the launcher allows native access
  private int call(String function, Object... arguments) {
    var address = driver.find(function).orElseThrow(() -> new UnsatisfiedLinkError(function));
    var descriptor = FunctionDescriptor.of(JAVA_INT);
    for (var a : arguments)
      descriptor = descriptor.appendArgumentLayouts(a instanceof MemorySegment ? ADDRESS : JAVA_INT);
    try {
      return (int) Linker.nativeLinker().downcallHandle(address, descriptor).invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of " + function, e);
    }
  }
}
