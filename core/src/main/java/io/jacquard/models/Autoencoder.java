package io.jacquard.models;

import io.jacquard.Shape;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.tensor.Tensor;

/**
 * Learns to put digits [N, 1, 28, 28] into a few numbers and back (Hinton, Salakhutdinov 2006). It gives logits of pixels,
 * [N, 784]: train it with {@code Loss.bceWithLogits()} towards its own input.
 *
 * <pre>{@code
 * var model = new Autoencoder(32);
 * var code = model.encode(images);
 * var pictures = model.decode(code).sigmoid();
 * }</pre>
 *
 * <p>Keys: {@code encoder.1}, {@code encoder.3}, {@code decoder.0}, {@code decoder.2}.
 */
public final class Autoencoder extends Module {
  private static final int HIDDEN = 256;

  private final Sequential encoder;
  private final Sequential decoder;

  /** @param code how many numbers a digit becomes */
  public Autoencoder(int code) {
    encoder = add("encoder",
        Sequential.of(new Flatten(), new Linear(784, HIDDEN), new ReLU(), new Linear(HIDDEN, code)));
    decoder = add("decoder", Sequential.of(new Linear(code, HIDDEN), new ReLU(), new Linear(HIDDEN, 784)));
  }

  /** [N, 1, 28, 28] to [N, code]. */
  public Tensor encode(Tensor images) {
    return encoder.call(images);
  }

  /** [N, code] to logits [N, 784]. */
  public Tensor decode(Tensor code) {
    return decoder.call(code);
  }

  /** Codes as those of some images would be, if each number were normal and by itself: [count, code]. */
  public Tensor drawCodes(long count, Tensor images) {
    var codes = encode(images);
    var noise = Tensor.randn(codes.device(), codes.dtype(), Shape.of(count, codes.size(1)));
    return noise.mul(codes.std(0)).add(codes.mean(0));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return decode(encode(x));
  }
}
