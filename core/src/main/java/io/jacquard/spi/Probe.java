package io.jacquard.spi;

import java.util.List;

/**
 * What a {@link BackendProvider} found on this machine.
 *
 * <pre>{@code
 * switch (provider.probe()) {
 *   case Probe.Available(var devices) -> System.out.println(devices);
 *   case Probe.Unavailable(var reason, var cure) -> System.out.println(reason + "; " + cure);
 * }
 * }</pre>
 */
public sealed interface Probe {
  /** There are devices, in the order of their ordinals; never empty. */
  record Available(List<DeviceInfo> devices) implements Probe {}

  /**
   * There is no usable device.
   *
   * @param reason what is missing, for example {@code no NVIDIA driver (libcuda.so.1) was found}
   * @param cure what the user can do about it
   */
  record Unavailable(String reason, String cure) implements Probe {}
}
