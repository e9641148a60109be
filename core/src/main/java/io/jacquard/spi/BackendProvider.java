package io.jacquard.spi;

import io.jacquard.JacquardException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Announces a backend; found by {@link java.util.ServiceLoader}. Neither its class nor its constructor may touch
 * native code: a provider must be loadable on every machine.
 *
 * <pre>{@code
 * for (var provider : ServiceLoader.load(BackendProvider.class)) {
 *   System.out.println(provider.name() + ": " + provider.probe());
 * }
 * }</pre>
 */
public interface BackendProvider {
  /** The name on the command line, such as {@code cpu}, {@code cuda}, {@code opencl}. */
  String name();

  /** Among available backends, {@code auto} takes the one with the highest priority. The CPU has 0. */
  int priority();

  /** Looks for devices. Cheap enough for a start-up; never throws. */
  Probe probe();

  /**
   * Opens a device.
   *
   * @param ordinal the device's number, one that {@link #probe} reported
   * @param options what the user asked for
   */
  Backend open(int ordinal, OpenOptions options);

  /**
   * Looks for the fastest kernels for a device and keeps them, so that {@link #open} uses them from then on.
   *
   * @param budget about how long that may take
   * @param say is told in words what was found
   * @throws JacquardException if this backend has nothing to tune
   */
  default void tune(int ordinal, Duration budget, Consumer<String> say) {
    throw new JacquardException(
        "There is nothing to tune for backend '" + name()
            + "': its kernels are chosen by shapes. Use opencl.");
  }
}
