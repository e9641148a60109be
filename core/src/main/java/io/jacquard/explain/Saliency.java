package io.jacquard.explain;

import io.jacquard.nn.Module;
import io.jacquard.tensor.Tensor;

/**
 * How much each input would change the score if it changed by little: the gradient's magnitude (Simonyan, Vedaldi,
 * Zisserman: Deep Inside Convolutional Networks, 2013, section 3).
 *
 * <pre>{@code
 * var map = new Saliency().of(model, images);        // as large as the images
 * }</pre>
 *
 * <p>Cheap, and noisy: it tells what the score is sensitive to, not what it is made of.
 */
public record Saliency() implements Attribution {
  @Override
  public Tensor of(Module model, Tensor x, int... classes) {
    return Question.ask(model, x, classes, question -> question.gradient(question.x).abs());
  }
}
