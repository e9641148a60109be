package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.kernels.check.SelfTest;
import io.jacquard.spi.DeviceInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * A device as its driver describes it.
 *
 * @param version the OpenCL version that the device has, and its driver's name
 * @param driver the driver's own version
 * @param memory bytes of global memory
 * @param largestBuffer the most bytes that one buffer may have
 * @param localMemory bytes that a work-group may share
 * @param largestGroup items that a work-group may have
 * @param vectorWidth floats in a vector that the hardware works on; 1 where items are what it works on side by side
 * @param float64 whether it computes in float64
 * @param float16 whether it computes in float16
 * @param subgroups whether parts of a work-group that run in step may exchange values
 * @param roundsDivisions whether division and square root of float32 are correctly rounded when asked for
 * @param available whether the driver says that it works
 * @param compiler whether there is a compiler for it
 */
record ClDevice(cl_platform_id platform, cl_device_id id, String name, String vendor, String version,
    String driver,
    boolean cpu, int units, long memory, long largestBuffer, long localMemory, long largestGroup,
    int vectorWidth,
    boolean float64, boolean float16, boolean subgroups, boolean roundsDivisions, boolean available,
    boolean compiler) {
  private static final double GIB = 1 << 30;

  static ClDevice of(cl_platform_id platform, cl_device_id id) {
    var extensions = text(id, CL.CL_DEVICE_EXTENSIONS);
    return new ClDevice(platform, id, text(id, CL.CL_DEVICE_NAME), text(id, CL.CL_DEVICE_VENDOR),
        text(id, CL.CL_DEVICE_VERSION), text(id, CL.CL_DRIVER_VERSION),
        (number(id, CL.CL_DEVICE_TYPE) & CL.CL_DEVICE_TYPE_CPU) != 0,
        (int) number(id, CL.CL_DEVICE_MAX_COMPUTE_UNITS),
        number(id, CL.CL_DEVICE_GLOBAL_MEM_SIZE), number(id, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
        number(id, CL.CL_DEVICE_LOCAL_MEM_SIZE), number(id, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE),
        (int) number(id, CL.CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT), extensions.contains("cl_khr_fp64"),
        extensions.contains("cl_khr_fp16"), extensions.contains("_subgroups"),
        (number(id, CL.CL_DEVICE_SINGLE_FP_CONFIG) & CL.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0,
        number(id, CL.CL_DEVICE_AVAILABLE) != 0, number(id, CL.CL_DEVICE_COMPILER_AVAILABLE) != 0);
  }

  private static String text(cl_device_id id, int what) {
    var size = new long[1];
    CL.clGetDeviceInfo(id, what, 0, null, size);
    var bytes = new byte[(int) size[0]];
    CL.clGetDeviceInfo(id, what, bytes.length, Pointer.to(bytes), null);
    return new String(bytes, 0, Math.max(0, bytes.length - 1), StandardCharsets.UTF_8).strip();
  }

  /** An integer of four or of eight bytes. */
  private static long number(cl_device_id id, int what) {
    var size = new long[1];
    CL.clGetDeviceInfo(id, what, 0, null, size);
    if (size[0] == Sizeof.cl_uint) {
      var value = new int[1];
      CL.clGetDeviceInfo(id, what, Sizeof.cl_uint, Pointer.to(value), null);
      return Integer.toUnsignedLong(value[0]);
    }
    var value = new long[1];
    CL.clGetDeviceInfo(id, what, Sizeof.cl_ulong, Pointer.to(value), null);
    return value[0];
  }

  /** Whether this is PoCL, which runs OpenCL on CPUs. */
  boolean isPocl() {
    return version.contains("PoCL");
  }

  /** What shows at its first use whether it computes rightly. */
  SelfTest selfTest() {
    return new SelfTest(List.of(name, vendor, version, driver));
  }

  /** A name for files that tell of this device and driver. */
  String key() {
    return selfTest().key();
  }

  DeviceInfo info(int ordinal) {
    return info(ordinal, "");
  }

  /** @param more what was found out by trying */
  DeviceInfo info(int ordinal, String more) {
    var problem = Requirements.problem(this);
    var description = String.format(Locale.ROOT, "%s (%s), %d compute units, %.1f GiB%s%s", name, version,
        units, memory / GIB, float64 ? "" : ", without float64",
        problem == null ? "" : ", cannot be used: " + problem);
    return new DeviceInfo(OpenClProvider.NAME, ordinal, description, 0, float64, halves(), largestBuffer,
        capabilities() + more);
  }

  /** Those that products and convolutions read and write as they are; a CPU would convert each number many times. */
  Set<DType> halves() {
    return float16 && !cpu ? Set.of(DType.BFLOAT16, DType.FLOAT16) : Set.of();
  }

  private String capabilities() {
    return String.format(Locale.ROOT,
        "driver %s; float64 %s, float16 %s, subgroups %s; vectors of %d floats; %,d KiB of local memory; "
            + "work-groups to %,d; %.1f GiB an allocation",
        driver, yes(float64), yes(float16), yes(subgroups), Math.max(1, vectorWidth), localMemory >> 10,
        largestGroup,
        largestBuffer / GIB);
  }

  private static String yes(boolean is) {
    return is ? "yes" : "no";
  }
}
