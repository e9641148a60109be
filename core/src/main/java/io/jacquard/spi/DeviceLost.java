package io.jacquard.spi;

import io.jacquard.JacquardException;

/**
 * A device has stopped to work in the middle of it: reset by its driver, unplugged, or out of resources. What its tensors
 * hold is lost; what was saved on disk is not.
 *
 * <pre>{@code
 * try {
 *   trainer.fit(data, Fit.epochs(5));
 * } catch (DeviceLost e) {
 *   System.err.println(e.getMessage());
 *   ModelFile.load(model, path);
 * }
 * }</pre>
 */
public final class DeviceLost extends JacquardException {
  private static final long serialVersionUID = 1L;

  public DeviceLost(String message) {
    super(message);
  }
}
