package io.jacquard.explain;

import io.jacquard.nn.Module;
import io.jacquard.tensor.Tensor;

/**
 * A way to say which inputs an answer rests on: a number for each input, or for each pixel of a picture.
 *
 * <pre>{@code
 * Attribution how = IntegratedGradients.of();
 * var map = how.of(model, images);          // of the classes that the model sees
 * var seven = how.of(model, images, 7);     // what speaks for a seven, and what against it
 * }</pre>
 *
 * <p>What is explained is a score: the model's output for a class, before any softmax. The model runs in evaluation mode and
 * is afterwards in the mode that it was in; its parameters and their gradients are left alone.
 */
public sealed interface Attribution permits Saliency, SmoothGrad, IntegratedGradients, GradCam, Occlusion {
  /**
   * @param model from [N, ...] to scores [N, classes], or to one score, [N] or [N, 1]
   * @param x samples [N, ...] of a floating type
   * @param classes of which score; one for all samples, one for each, or none for that which is highest
   * @return [N, ...] as {@code x}, or [N, 1, H, W] where the way gives a map for pictures; in the caller's scope
   * @throws io.jacquard.JacquardException if shapes or classes do not fit
   */
  Tensor of(Module model, Tensor x, int... classes);
}
