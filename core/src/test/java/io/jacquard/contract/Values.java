package io.jacquard.contract;

import io.jacquard.DType;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Where a test's numbers come from: a source of raw bits of some type. */
@FunctionalInterface
interface Values {
  long next(SplittableRandom random, DType type);

  /** Everything: a third special values, the others of all magnitudes; integers from their whole range. */
  Values MIXED = (random, type) -> {
    var special = special(type);
    if (random.nextInt(3) == 0) return special[random.nextInt(special.length)];
    if (!type.isFloating()) return type.bits(random.nextLong() >> random.nextInt(64));
    double magnitude = random.nextInt(2) == 0 ? 4 : Math.pow(10, random.nextDouble(-6, 6));
    return type.bits(random.nextDouble(-magnitude, magnitude));
  };

  /** Numbers whose sums and products stay moderate: floats from -1 to 1, integers from -9 to 9 (0 to 9). */
  Values SMALL = (random, type) -> switch (type) {
    case FLOAT32, FLOAT64, BFLOAT16, FLOAT16 -> type.bits(random.nextDouble(-1, 1));
    case INT32, INT64 -> random.nextInt(-9, 10);
    case UINT8 -> random.nextInt(10);
    case BOOL -> random.nextInt(2);
  };

  /** Few different values, so that ties are frequent, and now and then a NaN or an infinity. */
  Values TIES = (random, type) -> {
    if (type.isFloating() && random.nextInt(6) == 0)
      return type
          .bits(new double[]{Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0}[random
              .nextInt(4)]);
    return type.bits((long) random.nextInt(type == DType.UINT8 || type == DType.BOOL ? 0 : -3, 5));
  };

  /** As {@link #TIES}, without NaN. */
  Values ORDERED_TIES = (random, type) -> type
      .bits((long) random.nextInt(type == DType.UINT8 || type == DType.BOOL ? 0 : -3, 5));

  /** What must never be read: a NaN, or an arbitrary number. */
  Values POISON = (random, type) -> type.isFloating()
      ? type.bits(Double.NaN) ^ random.nextInt(1 << (type.isHalf() ? 6 : 16))
      : type.bits(random.nextLong());

  static Values range(double low, double high) {
    return (random, type) -> type.bits(random.nextDouble(low, high));
  }

  /** Integers from {@code low} to {@code high - 1}. */
  static Values integers(long low, long high) {
    return (random, type) -> type.bits(random.nextLong(low, high));
  }

  static Values constant(double value) {
    return (_, type) -> type.bits(value);
  }

  /** The numbers at which implementations go wrong: zeros, extremes, subnormals, halves, NaN, the edges of other types. */
  static long[] special(DType type) {
    var extremes = type == DType.FLOAT64
        ? DoubleStream.of(Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_NORMAL, Double.MIN_VALUE,
            -Double.MIN_VALUE,
            0x1p53, 0x1p63, -0x1p63, 0x1.fffffep127, 0x1p128, 700, -745)
        : DoubleStream.of(Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_NORMAL, Float.MIN_VALUE,
            -Float.MIN_VALUE,
            0x1p63, -0x1p63, 1.1e-38);
    var common = DoubleStream.of(0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, 7, -7, 1e-3, 255.5, 256,
        16777216,
        2147483648.0, -2147483648.0, -2147483904.0, 1e10, -1e10, 1e30, 1e-30, 88, -88, 104, -104, 20, -20,
        0.999999,
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    return switch (type) {
      case FLOAT32, FLOAT64 -> DoubleStream.concat(DoubleStream.concat(common, extremes), edgesOfHalves())
          .mapToLong(type::bits).toArray();
      case BFLOAT16, FLOAT16 -> DoubleStream.concat(common, edgesOfHalves()).mapToLong(type::bits).toArray();
      case INT32 -> LongStream
          .concat(LongStream.of(Integer.MIN_VALUE, Integer.MIN_VALUE + 1, Integer.MAX_VALUE),
              LongStream.of(0, 1, -1, 2, -2, 7, -7, 100, 127, 128, 255, 256, -129, 16777217, 65535))
          .toArray();
      case INT64 -> LongStream
          .concat(LongStream.of(Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE, 1L << 53),
              LongStream.of(0, 1, -1, 2, -2, 7, -7, 255, 256, -129, 16777217, 1L << 32, (1L << 31) + 5,
                  (1L << 53) + 1))
          .toArray();
      case UINT8 -> new long[]{0, 1, 2, 3, 7, 100, 127, 128, 200, 254, 255};
      case BOOL -> new long[]{0, 1};
    };
  }

  /**
   * The largest, the smallest normal and the smallest subnormal float16 and bfloat16, numbers half way between two of
   * them, and the neighbours of these.
   */
  private static DoubleStream edgesOfHalves() {
    return DoubleStream.of(65504, 65519.99609375, -65520, 0x1p-14, 0x1.ff8p-15, 0x1p-24, 0x1p-25,
        -0x1.000002p-25,
        0x1.8p-24, 1 + 0x1p-11, 1 + 0x3p-11, 1 + 0x1p-8, -1 - 0x3p-8, 1 + 0x1.01p-8, 0x1.fep127,
        0x1.fefffep127,
        0x1.ffp127, 0x1p-133, 0x1p-134, -0x1.8p-133, 0x1.8p-134);
  }
}
