package io.jacquard.spi;

import io.jacquard.JacquardException;

/**
 * A device has no memory left for an allocation.
 *
 * <pre>{@code
 * try {
 *   model.call(x);
 * } catch (OutOfDeviceMemory e) {
 *   System.err.println(e.getMessage() + " Trying a smaller batch.");
 *   model.call(x.slice(0, 0, 16));
 * }
 * }</pre>
 */
public final class OutOfDeviceMemory extends JacquardException {
  private static final long serialVersionUID = 1L;

  public OutOfDeviceMemory(String message) {
    super(message);
  }
}
