package io.jacquard.explain;

import io.jacquard.JacquardException;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/**
 * {@link Saliency} with less noise: its mean over copies of each sample to which normal noise was added (Smilkov, Thorat,
 * Kim, Viegas, Wattenberg: SmoothGrad, 2017, section 3).
 *
 * <pre>{@code
 * var map = SmoothGrad.of().of(model, images);
 * }</pre>
 *
 * <p>The noise is of the current {@link io.jacquard.tensor.Generator}: the same seed gives the same map.
 *
 * @param copies of each sample; 50 unless said otherwise
 * @param noise the noise's standard deviation, as a share of the range from a sample's smallest to its largest value; 0.15
 *        unless said otherwise, which lies in the range that the paper found good
 */
public record SmoothGrad(int copies, double noise) implements Attribution {
  public SmoothGrad {
    if (copies < 1 || !(noise > 0 && noise <= 1)) {
      throw new JacquardException("SmoothGrad: " + copies + " copies with noise " + noise
          + ", expected 1 copy or more and noise above 0, up to 1.");
    }
  }

  public static SmoothGrad of() {
    return new SmoothGrad(50, 0.15);
  }

  @Override
  public Tensor of(Module model, Tensor x, int... classes) {
    return Question.ask(model, x, classes, question -> {
      var flat = question.x.flatten(1);
      var deviation = flat.max(1).sub(flat.min(1)).mul(noise).reshape(question.perSample());
      var sum = Tensor.zerosLike(question.x);
      for (int copy = 0; copy < copies; copy++) {
        try (var _ = Scope.open()) {
          var noisy = Tensor.randn(x.device(), x.dtype(), x.shape()).mul(deviation).add(question.x);
          sum = sum.add(question.gradient(noisy).abs()).keep();
        }
      }
      return sum.div(copies);
    });
  }
}
