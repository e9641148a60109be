package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;

/**
 * Turns queries and keys by their places, so that their products depend on the distance between them (Su et al.: RoFormer,
 * 2021). Number i of a vector and number i + D/2 are a point that is turned by {@code t / base^(2i/D)}, the pairing of
 * GPT-NeoX and Llama.
 *
 * <pre>{@code
 * var rotary = new RotaryPositions(16);
 * var q = rotary.call(Tensor.ones(2, 4, 10, 16));   // [N, heads, T, D], places 0 to 9
 * var next = rotary.call(Tensor.ones(2, 4, 1, 16), 10);
 * }</pre>
 */
public final class RotaryPositions extends Module {
  private static final double BASE = 10_000;

  private final int width;
  private final double base;

  public RotaryPositions(int width) {
    this(width, BASE);
  }

  /**
   * @param width of a head; even
   * @param base the slowest pair turns once in about {@code 2 pi base} places
   */
  public RotaryPositions(int width, double base) {
    Check.positive("RotaryPositions", "width", width);
    Check.divides("RotaryPositions", "width", width, "2", 2);
    if (!(base > 0))
      throw new JacquardException("RotaryPositions: base is " + base + ", expected more than 0.");
    this.width = width;
    this.base = base;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return turned(x, 0);
  }

  /** @param first the number of the first place */
  public Tensor call(Tensor x, long first) {
    return calling(() -> turned(x, first));
  }

  private Tensor turned(Tensor x, long first) {
    if (x.rank() < 2 || x.size(-1) != width || !x.dtype().isFloating()) {
      throw new JacquardException(
          "RotaryPositions: the input is " + x.spec() + ", expected floats [..., T, " + width + "].");
    }
    var type = x.dtype().computeType() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    int half = width / 2;
    var places = Tensor.arange(x.device(), x.size(-2)).to(type).add(first).unsqueeze(1);
    var rates = Tensor.arange(x.device(), half).to(type).mul(-2 * Math.log(base) / width).exp();
    var angles = places.mul(rates);
    var cos = angles.cos().to(x.dtype());
    var sin = angles.sin().to(x.dtype());
    int last = x.rank() - 1;
    var a = x.slice(last, 0, half);
    var b = x.slice(last, half, width);
    return Tensor.concat(last, a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin)));
  }

  @Override
  public String toString() {
    return "RotaryPositions(" + width + (base == BASE ? ")" : ", base=" + base + ")");
  }
}
