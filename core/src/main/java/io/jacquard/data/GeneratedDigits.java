package io.jacquard.data;

import static io.jacquard.data.Digits.CLASSES;
import static io.jacquard.data.Digits.PIXELS;
import static io.jacquard.data.Digits.SIDE;

import io.jacquard.expr.Philox;

/**
 * Digits that no person wrote: drawn from strokes with a random hand, for where MNIST is not at hand. They look like
 * MNIST's and are learned like them, but a figure measured on them is not one on MNIST, and must not be called so.
 *
 * <pre>{@code
 * Digits.Sets sets = GeneratedDigits.sets(1);   // 10,000 to learn from, 2,000 to test with
 * }</pre>
 *
 * <p>Each picture has its own way of writing, slant, turn, size, place, pen, pressure, bends, blur and noise. It is a
 * function of (seed, split, number) alone, computed with strict arithmetic, and so the same on every machine.
 */
public final class GeneratedDigits {
  /** The number of pictures to learn from in {@link #sets}. */
  public static final int TRAIN = 10_000;
  /** The number of pictures to test with in {@link #sets}. */
  public static final int TEST = 2_000;

  /** Keeps these draws apart from those of anything else that uses the same seed. */
  private static final long DRAW = 0x4449_4749_0000_0000L;
  /** Straight pieces between two points of a curve. */
  private static final int PIECES = 6;

  private final long seed;
  private final long draw;
  private final Pen pen = new Pen();
  private final int[] block = new int[4];
  private long used;

  private GeneratedDigits(long seed, long draw) {
    this.seed = seed;
    this.draw = draw;
  }

  /** {@value #TRAIN} pictures to learn from and {@value #TEST} others to test with. */
  public static Digits.Sets sets(long seed) {
    return new Digits.Sets(digits(seed, 0, TRAIN), digits(seed, 1, TEST),
        "generated digits, drawn by the program (seed " + seed + "); not MNIST", true);
  }

  /** The first {@code count} pictures of one of the splits 0 to 15, which have no picture in common. */
  public static Digits digits(long seed, int split, int count) {
    var images = new byte[Math.multiplyExact(count, PIXELS)];
    var labels = new byte[count];
    for (int i = 0; i < count; i++) {
      var sample = new GeneratedDigits(seed, DRAW + ((long) split << 28) + i);
      labels[i] = (byte) (int) (sample.uniform() * CLASSES);
      sample.write(labels[i], images, i * PIXELS);
    }
    return new Digits(images, labels);
  }

  /** The next of this picture's numbers, in [0, 1). */
  private double uniform() {
    int word = (int) used & 3;
    if (word == 0) Philox.block(seed, draw, used >>> 2, block);
    used++;
    return Philox.unit(block[word]);
  }

  private double between(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Of mean 0 and about the given deviation, never beyond 3.5 of them: the sum of four uniforms. */
  private double spread(double deviation) {
    return (uniform() + uniform() + uniform() + uniform() - 2) * deviation * 1.732;
  }

  private void write(int digit, byte[] images, int at) {
    var ways = DigitStrokes.ways(digit);
    var curves = ways.get((int) (uniform() * ways.size()));
    var hand = new Hand();
    double x = 0;
    double y = 0;
    for (var curve : curves) {
      int n = curve.x().length;
      var xs = new double[n];
      var ys = new double[n];
      for (int i = 0; i < n; i++) {
        boolean goesOn = i == 0 && curve.joined();
        x = goesOn ? x : curve.x()[i] + spread(hand.unrest);
        y = goesOn ? y : curve.y()[i] + spread(hand.unrest);
        xs[i] = x;
        ys[i] = y;
      }
      draw(hand, xs, ys);
    }
    finish(images, at);
  }

  /** What stays the same while one picture is drawn: from the square of 100 by 100 to pixels. */
  private final class Hand {
    final double unrest = between(1, 3.8);
    final double turn = spread(0.15);
    final double cos = StrictMath.cos(turn);
    final double sin = StrictMath.sin(turn);
    final double slant = spread(0.22) + 0.08;
    final double height = between(15.5, 21);
    final double width = height * between(0.6, 1);
    final double shiftX = spread(1);
    final double shiftY = spread(1);
    final double bend = spread(0.7);
    final double bendPhase = between(0, 6.28);
    final double radius = between(0.75, 1.8);
    final double pressure = between(0, 0.3);
    final double pressurePhase = between(0, 6.28);

    double x(double x, double y) {
      double u = (x - 50) / 100 * width;
      double v = (y - 50) / 100 * height;
      u += -slant * v + bend * StrictMath.sin(y / 16 + bendPhase);
      return DigitFit.CENTRE + shiftX + cos * u - sin * v;
    }

    double y(double x, double y) {
      double u = (x - 50) / 100 * width - slant * (y - 50) / 100 * height;
      double v = (y - 50) / 100 * height + bend * StrictMath.cos(x / 18 + bendPhase);
      return DigitFit.CENTRE + shiftY + sin * u + cos * v;
    }

    double radius(double x, double y) {
      return radius * (1 + pressure * StrictMath.sin(x / 30 + y / 20 + pressurePhase));
    }
  }

  /** Draws a Catmull-Rom spline (Catmull, Rom: A class of local interpolating splines, 1974) through the points. */
  private void draw(Hand hand, double[] xs, double[] ys) {
    int last = xs.length - 1;
    pen.lift();
    for (int i = 0; i < last; i++) {
      int before = Math.max(0, i - 1);
      int after = Math.min(last, i + 2);
      for (int piece = i == 0 ? 0 : 1; piece <= PIECES; piece++) {
        double t = (double) piece / PIECES;
        double x = spline(xs[before], xs[i], xs[i + 1], xs[after], t);
        double y = spline(ys[before], ys[i], ys[i + 1], ys[after], t);
        pen.to(hand.x(x, y), hand.y(x, y), hand.radius(x, y));
      }
    }
  }

  private static double spline(double a, double b, double c, double d, double t) {
    return b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  /** From ink to bytes: a little blur, uneven ink, a grainy sensor. */
  private void finish(byte[] images, int at) {
    double blur = between(0, 0.6);
    double contrast = between(0.9, 1.4);
    double grain = between(0, 0.16);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double ink = (1 - blur) * pen.ink(x, y) + blur * pen.inkAround(x, y);
        // Paper that no ink came near is white in MNIST, and so it is here.
        double value = ink == 0 ? 0 : contrast * ink + grain * (uniform() - 0.5);
        images[at + y * SIDE + x] = (byte) Math.round(255 * Math.clamp(value, 0, 1));
      }
    }
  }
}
