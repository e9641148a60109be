package io.jacquard.spi;

/**
 * Calls that a backend has taken in as a whole; see {@link Backend#capture}.
 *
 * <pre>{@code
 * var captured = device.backend().capture(() -> model.call(x));
 * captured.ifPresent(Captured::launch);
 * }</pre>
 */
public interface Captured extends AutoCloseable {
  /** Makes all the calls, in their order; asynchronous. */
  void launch();

  /** Gives back what the device keeps for it. */
  @Override
  void close();
}
