package io.jacquard.spi;

/**
 * What a device is, as users see it.
 *
 * @param backend the backend's name, such as {@code cpu}
 * @param ordinal the device's number within its backend, from 0
 * @param description one line: the model, its memory, its vector width
 * @param threads the number of host threads that compute; 0 where that says nothing
 * @param float64 whether float64 is supported
 */
public record DeviceInfo(String backend, int ordinal, String description, int threads, boolean float64) {
  /** How the device is named on a command line: {@code cpu}, {@code opencl:1}. */
  public String name() {
    return ordinal == 0 ? backend : backend + ":" + ordinal;
  }
}
