package io.jacquard.nn;

import io.jacquard.JacquardException;

/**
 * A mistake that came to light inside a layer; the message begins with the layer's path in the model.
 *
 * <pre>{@code
 * try {
 *   model.call(x);
 * } catch (LayerException e) {
 *   System.err.println(e.getMessage());   // "Layer 'encoder.0', Linear(784, 128): ..."
 * }
 * }</pre>
 */
public final class LayerException extends JacquardException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String layer;
  private final JacquardException mistake;

  LayerException(String path, String layer, JacquardException mistake) {
    super(String.valueOf(mistake.getMessage()), mistake);
    this.path = path;
    this.layer = layer;
    this.mistake = mistake;
  }

  /** The same, seen from one module further out. */
  LayerException within(String outer) {
    return new LayerException(outer + "." + path, layer, mistake);
  }

  @Override
  public String getMessage() {
    return "Layer '" + path + "', " + layer + ": " + super.getMessage();
  }
}
