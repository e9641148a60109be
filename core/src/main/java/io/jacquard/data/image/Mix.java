package io.jacquard.data.image;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.data.Batch;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Mixes each sample of a batch with another one, and their labels alike: mixup (Zhang et al.: mixup: Beyond Empirical Risk
 * Minimization, 2018) and CutMix (Yun et al. 2019), as torchvision's {@code v2.MixUp} and {@code v2.CutMix} define them.
 *
 * <pre>{@code
 * var mix = Mix.mixUp(0.2, 10).or(Mix.cutMix(1.0, 10));          // one of the two for each batch
 * trainer.mix(mix).fit(data, Fit.epochs(5));
 * for (var batch : loader) {                                    // or by hand
 *   var mixed = mix.of(batch);                                  // labels [N, 10], which cross-entropy takes
 *   lossFn.of(model.call(mixed.x()), mixed.y()).backward();
 * }
 * }</pre>
 *
 * <p>A sample's partner is the one before it in the batch, the first one's the last. Of one draw from Beta(alpha, alpha) for
 * the whole batch, mixup takes that share of the sample and the rest of its partner; CutMix puts a rectangle of the partner,
 * of about the rest of the area, in the same place of the sample. Labels are mixed by the shares of the pixels.
 */
public final class Mix {
  /** How many numbers {@link #draw} gives. */
  public static final int NUMBERS = 4;
  /** Of {@link Draws}: beyond the places of transforms in a list. */
  private static final int PLACE = 255;

  /** Parameters: height and width. Inputs: the sample, its partner, the four numbers, row and column. */
  private static final ScalarFunction PIXEL = ScalarFunction.withParams("mix", trace -> {
    var box = new Box(trace, 2);
    var row = trace.input(6);
    var column = trace.input(7);
    var inside = row.ge(box.top).and(row.lt(box.bottom)).and(column.ge(box.left)).and(column.lt(box.right));
    var x = trace.input(0);
    var partner = trace.input(1);
    return box.cuts.where(inside.where(partner, x), mixed(x, partner, box.share));
  });
  /** Parameters and numbers as above: how much of a label is the sample's own. */
  private static final ScalarFunction SHARE = ScalarFunction.withParams("mix_share", trace -> {
    var box = new Box(trace, 0);
    var area = box.right.sub(box.left).mul(box.bottom.sub(box.top));
    return box.cuts.where(area.div(box.height.mul(box.width)).rsub(1), box.share);
  });
  private static final ScalarFunction MIXED = ScalarFunction.of("mix", in -> mixed(in[0], in[1], in[2]));

  private record Kind(boolean cuts, double alpha) {}

  private final List<Kind> kinds;
  private final int classes;

  private Mix(List<Kind> kinds, int classes) {
    this.kinds = kinds;
    this.classes = classes;
  }

  private static Mix of(String name, boolean cuts, double alpha, int classes) {
    if (!(alpha > 0) || Double.isInfinite(alpha) || classes < 2) {
      throw new JacquardException(name + ": alpha is " + alpha + " for " + classes
          + " classes, expected a number above 0 and 2 classes or more.");
    }
    return new Mix(List.of(new Kind(cuts, alpha)), classes);
  }

  /** A share of each sample, and the rest of its partner. Small values of alpha, such as 0.2, mostly leave one of the two. */
  public static Mix mixUp(double alpha, int classes) {
    return of("mixUp", false, alpha, classes);
  }

  /** A rectangle of each sample's partner in its place; of images [N, C, H, W]. */
  public static Mix cutMix(double alpha, int classes) {
    return of("cutMix", true, alpha, classes);
  }

  /** For each batch one of both, at random. */
  public Mix or(Mix other) {
    if (other.classes != classes) {
      throw new JacquardException("Mix: " + classes + " classes or " + other.classes + ", expected as many.");
    }
    var all = new ArrayList<>(kinds);
    all.addAll(other.kinds);
    return new Mix(List.copyOf(all), classes);
  }

  /** A batch with random numbers of its own: one draw of the current generator. */
  public Batch of(Batch batch) {
    var generator = Generator.current();
    var numbers = draw(generator.seed(), generator.nextDraw(), 0);
    return of(batch, Tensor.of(batch.x().device(), DType.FLOAT32, Shape.of(NUMBERS),
        MemorySegment.ofArray(numbers)));
  }

  /** The numbers of one batch, which follow from seed, walk over the data, and the batch's number in it. */
  public float[] draw(long seed, long walk, long number) {
    var draws = new Draws(seed, walk, number, PLACE);
    var kind = kinds.get(kinds.size() == 1 ? 0 : draws.below(kinds.size()));
    float share = (float) beta(kind.alpha, draws);
    return new float[]{kind.cuts ? 1 : 0, share, draws.uniform(), draws.uniform()};
  }

  /** A number from Beta(alpha, alpha), of two from the gamma distribution; by logarithms, since small ones underflow. */
  private static double beta(double alpha, Draws draws) {
    double a = logGamma(alpha, draws);
    double b = logGamma(alpha, draws);
    return 1 / (1 + StrictMath.exp(b - a));
  }

  /** The logarithm of a number from Gamma(alpha, 1) (Marsaglia, Tsang 2000). */
  private static double logGamma(double alpha, Draws draws) {
    double d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double radius = Math.sqrt(-2 * StrictMath.log(1 - draws.uniform()));
      double normal = radius * StrictMath.cos(2 * Math.PI * draws.uniform());
      double v = 1 + c * normal;
      if (v <= 0) continue;
      v = v * v * v;
      double limit = normal * normal / 2 + d - d * v + d * StrictMath.log(v);
      if (StrictMath.log(1 - draws.uniform()) >= limit) continue;
      double log = StrictMath.log(d * v);
      return alpha < 1 ? log + StrictMath.log(1 - draws.uniform()) / alpha : log;
    }
  }

  /**
   * A batch mixed by given numbers, float32 [4] on its device: 1 for CutMix and 0 for mixup, the share from Beta, and where the
   * rectangle's middle lies, from 0 to below 1, along width and height.
   *
   * @return images, and labels as shares of classes, [N, classes]
   */
  public Batch of(Batch batch, Tensor numbers) {
    try (var _ = GradMode.noGrad()) {
      var x = batch.x();
      boolean images = x.rank() == 4;
      if (!x.dtype().isFloating() || !images && kinds.stream().anyMatch(Kind::cuts)) {
        throw new JacquardException("Mix: the samples are " + x.spec()
            + ", expected floats, and for cutMix images [N, C, H, W].");
      }
      var each = new Tensor[NUMBERS];
      for (int i = 0; i < NUMBERS; i++) each[i] = numbers.select(0, i);
      return images ? ofImages(batch, each) : new Batch(mixed(x, each[1]), mixed(labels(batch.y()), each[1]));
    }
  }

  private Batch ofImages(Batch batch, Tensor[] numbers) {
    var x = batch.x();
    long[] sizes = {DType.FLOAT32.bits(x.size(2)), DType.FLOAT32.bits(x.size(3))};
    var rows = Tensor.arange(x.device(), x.size(2)).to(DType.FLOAT32).unsqueeze(1);
    var columns = Tensor.arange(x.device(), x.size(3)).to(DType.FLOAT32);
    var in = new Tensor[]{x, x.roll(1, 0), numbers[0], numbers[1], numbers[2], numbers[3], rows, columns};
    var types = new DType[in.length];
    for (int i = 0; i < types.length; i++) types[i] = in[i].dtype();
    var images = Tensor.apply(PIXEL.on(types).withParams(sizes), in)[0];
    var f = DType.FLOAT32;
    var share = Tensor.apply(SHARE.on(f, f, f, f).withParams(sizes), numbers)[0];
    return new Batch(images, mixed(labels(batch.y()), share));
  }

  private static Tensor mixed(Tensor x, Tensor share) {
    return Tensor.apply(MIXED.on(x.dtype(), x.dtype(), share.dtype()), x, x.roll(1, 0), share)[0];
  }

  private static Scalar mixed(Scalar x, Scalar partner, Scalar share) {
    return x.mul(share).add(partner.mul(share.rsub(1))).to(x.type());
  }

  /** As shares of classes. */
  private Tensor labels(Tensor y) {
    if (y.dtype().isFloating() && y.rank() == 2 && y.size(1) == classes) return y;
    if (!y.dtype().isInteger() || y.rank() != 1) {
      throw new JacquardException(
          "Mix: the labels are " + y.spec() + ", expected integers [N] or floats [N, " + classes + "].");
    }
    return y.unsqueeze(1).eq(Tensor.arange(y.device(), classes)).to(DType.FLOAT32);
  }

  /** The rectangle, in pixels, as torchvision cuts it off at the edges. */
  private static final class Box {
    final Scalar cuts;
    final Scalar share;
    final Scalar height;
    final Scalar width;
    final Scalar top;
    final Scalar bottom;
    final Scalar left;
    final Scalar right;

    /** @param from where the four numbers begin among the inputs */
    Box(Trace trace, int from) {
      cuts = trace.input(from).ne(0);
      share = trace.input(from + 1);
      height = trace.param(0, DType.FLOAT32);
      width = trace.param(1, DType.FLOAT32);
      var reach = share.rsub(1).sqrt().mul(0.5);
      var x = trace.input(from + 2).mul(width).floor();
      var y = trace.input(from + 3).mul(height).floor();
      var halfWidth = reach.mul(width).floor();
      var halfHeight = reach.mul(height).floor();
      left = x.sub(halfWidth).max(0);
      right = x.add(halfWidth).min(width);
      top = y.sub(halfHeight).max(0);
      bottom = y.add(halfHeight).min(height);
    }
  }
}
