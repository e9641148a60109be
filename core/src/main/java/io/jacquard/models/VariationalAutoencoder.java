package io.jacquard.models;

import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Tensor;

/**
 * Learns to draw digits: an encoder gives each picture a normal distribution of codes, a decoder makes pictures of codes, and
 * the distributions are held near the standard one, from which new digits are drawn (Kingma, Welling: Auto-Encoding
 * Variational Bayes, 2014).
 *
 * <pre>{@code
 * var model = new VariationalAutoencoder(20);
 * var loss = model.loss(images);                              // nats a picture
 * var drawn = model.decode(Tensor.randn(16, 20)).sigmoid();   // [16, 784]
 * }</pre>
 *
 * <p>Sizes and keys are those of PyTorch's VAE example: {@code fc1}, {@code fc21} (means), {@code fc22} (logarithms of
 * variances), {@code fc3}, {@code fc4}.
 */
public final class VariationalAutoencoder extends Module {
  private static final int HIDDEN = 400;
  private static final int PIXELS = 784;

  private final Flatten flatten = add("flatten", new Flatten());
  private final Linear fc1 = add("fc1", new Linear(784, HIDDEN));
  private final Linear fc21;
  private final Linear fc22;
  private final Linear fc3;
  private final Linear fc4 = add("fc4", new Linear(HIDDEN, 784));

  /** The distribution of a picture's codes: means and logarithms of variances, [N, code]. */
  public record Codes(Tensor mean, Tensor logVariance) {
    /** A code of each distribution, of two draws of the current generator. */
    public Tensor draw() {
      var noise = Tensor.randn(mean.device(), mean.dtype(), mean.shape());
      return Tensor.fuse((m, v, e) -> v.mul(0.5).exp().mul(e).add(m), mean, logVariance, noise);
    }

    /** The distance from the standard normal distribution, in nats: the mean over pictures (their appendix B). */
    public Tensor divergence() {
      var each = Tensor.fuse((m, v) -> v.add(1).sub(m.square()).sub(v.exp()).mul(-0.5), mean, logVariance);
      return each.sum(1).mean();
    }
  }

  /** @param code how many numbers a digit becomes */
  public VariationalAutoencoder(int code) {
    fc21 = add("fc21", new Linear(HIDDEN, code));
    fc22 = add("fc22", new Linear(HIDDEN, code));
    fc3 = add("fc3", new Linear(code, HIDDEN));
  }

  /** How many numbers a digit becomes. */
  public long codeSize() {
    return fc21.weight().shape().size(0);
  }

  /** Of [N, 1, 28, 28]. */
  public Codes encode(Tensor images) {
    var h = fc1.call(flatten.call(images)).relu();
    return new Codes(fc21.call(h), fc22.call(h));
  }

  /** [N, code] to logits of pixels [N, 784]. */
  public Tensor decode(Tensor code) {
    return fc4.call(fc3.call(code).relu());
  }

  /** {@link #objective} of images: nats a picture. */
  public Tensor loss(Tensor images) {
    return objective().of(call(images), images);
  }

  /**
   * What training makes small, of what a call gives and of the images: the cross-entropy of the pixels, summed over each
   * picture, and the divergence, both in nats a picture; the negative of the evidence lower bound.
   */
  public static Loss objective() {
    return (prediction, images) -> {
      long code = (prediction.size(1) - PIXELS) / 2;
      var logits = prediction.slice(1, 0, PIXELS);
      var codes = new Codes(prediction.slice(1, PIXELS, PIXELS + code),
          prediction.slice(1, PIXELS + code, prediction.size(1)));
      var pixels = Tensor.fuse((z, t) -> z.max(0).sub(z.mul(t)).add(z.abs().neg().exp().log1p()), logits,
          images.flatten(1));
      return pixels.sum(1).mean().add(codes.divergence());
    };
  }

  /** The reconstructions from the middles of the codes, as logits [N, 784]. */
  public Tensor reconstruct(Tensor images) {
    return decode(encode(images).mean());
  }

  /**
   * Side by side, [N, 784 + 2 * code], what PyTorch's example gives as three: logits of the reconstruction from a code that is
   * drawn, means, and logarithms of variances.
   */
  @Override
  protected Tensor forward(Tensor x) {
    var codes = encode(x);
    return Tensor.concat(1, decode(codes.draw()), codes.mean(), codes.logVariance());
  }
}
