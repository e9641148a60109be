package io.jacquard.spi;

import io.jacquard.JacquardException;

/** A device has no memory left for an allocation. */
public final class OutOfDeviceMemory extends JacquardException {
  private static final long serialVersionUID = 1L;

  public OutOfDeviceMemory(String message) {
    super(message);
  }
}
