package io.jacquard.spi;

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
}
