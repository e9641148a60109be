package io.jacquard.spi;

import io.jacquard.DType;
import java.util.Set;

/**
 * What a device is, as users see it.
 *
 * <pre>{@code
 * System.out.println(device.info().name() + ": " + device.info().description());
 * }</pre>
 *
 * @param backend the backend's name, such as {@code cpu}
 * @param ordinal the device's number within its backend, from 0
 * @param description one line: the model, its memory, its vector width
 * @param threads the number of host threads that compute; 0 where that says nothing
 * @param float64 whether float64 is supported
 * @param halves the half types (bfloat16, float16) that {@link Backend#matmul} takes; that {@link Backend#run} gets
 *        composite operations on, too. Of the others it sees no more than maps, the inputs and the outputs of reduces,
 *        and gathers
 * @param largestAllocation the most bytes that {@link Backend#allocate} gives at once
 * @param details what else there is to know, for who looks for the right device; empty for nothing
 * @param tf32 whether {@link Backend#allowTf32} makes products of float32 faster
 */
public record DeviceInfo(String backend, int ordinal, String description, int threads, boolean float64,
    Set<DType> halves, long largestAllocation, String details, boolean tf32) {
  public DeviceInfo {
    halves = Set.copyOf(halves);
  }

  /** A device without TF32. */
  public DeviceInfo(String backend, int ordinal, String description, int threads, boolean float64,
      Set<DType> halves, long largestAllocation, String details) {
    this(backend, ordinal, description, threads, float64, halves, largestAllocation, details, false);
  }

  /** A device that stores halves and computes with them in float32. */
  public DeviceInfo(String backend, int ordinal, String description, int threads, boolean float64) {
    this(backend, ordinal, description, threads, float64, Set.of());
  }

  /** A device that gives as much memory at once as it has. */
  public DeviceInfo(String backend, int ordinal, String description, int threads, boolean float64,
      Set<DType> halves) {
    this(backend, ordinal, description, threads, float64, halves, Long.MAX_VALUE, "");
  }

  /** How the device is named on a command line: {@code cpu}, {@code opencl:1}. */
  public String name() {
    return ordinal == 0 ? backend : backend + ":" + ordinal;
  }
}
