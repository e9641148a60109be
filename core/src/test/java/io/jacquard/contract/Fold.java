package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.spi.Reduction;

/** One fold in progress, fed one value after another; see {@link Reduction} for what each gives. */
abstract sealed class Fold {
  abstract void add(long bits);

  abstract long result();

  static Fold of(Reduction.Fold kind, DType type) {
    return switch (kind) {
      case SUM, PRODUCT -> type.isFloating() ? new OfDoubles(kind, type) : new OfLongs(kind);
      case MIN, MAX, ARGMIN, ARGMAX -> new Extreme(kind, type);
    };
  }

  /** The type in which a fold of {@code type} gives its result. */
  static DType resultType(Reduction.Fold kind, DType type) {
    return switch (kind) {
      case SUM, PRODUCT -> type.isFloating() ? type : DType.INT64;
      case MIN, MAX -> type;
      case ARGMIN, ARGMAX -> DType.INT64;
    };
  }

  /** In double, rounded at the end. */
  private static final class OfDoubles extends Fold {
    private final boolean sum;
    private final DType type;
    private double value;

    OfDoubles(Reduction.Fold kind, DType type) {
      sum = kind == Reduction.Fold.SUM;
      this.type = type;
      value = sum ? 0 : 1;
    }

    @Override
    void add(long bits) {
      value = sum ? value + type.value(bits) : value * type.value(bits);
    }

    @Override
    long result() {
      return type.bits(value);
    }
  }

  /** In int64, wrapping. */
  private static final class OfLongs extends Fold {
    private final boolean sum;
    private long value;

    OfLongs(Reduction.Fold kind) {
      sum = kind == Reduction.Fold.SUM;
      value = sum ? 0 : 1;
    }

    @Override
    void add(long bits) {
      value = sum ? value + bits : value * bits;
    }

    @Override
    long result() {
      return value;
    }
  }

  /** The first extreme, or the first NaN, and where it was. */
  private static final class Extreme extends Fold {
    private final Reduction.Fold kind;
    private final DType type;
    private long seen;
    private long best;
    private long where;

    Extreme(Reduction.Fold kind, DType type) {
      this.kind = kind;
      this.type = type;
    }

    @Override
    void add(long bits) {
      if (seen == 0 || beats(bits)) {
        best = bits;
        where = seen;
      }
      seen++;
    }

    private boolean beats(long bits) {
      boolean least = kind == Reduction.Fold.MIN || kind == Reduction.Fold.ARGMIN;
      if (!type.isFloating()) return least ? bits < best : bits > best;
      double old = type.value(best);
      double value = type.value(bits);
      return !Double.isNaN(old) && (Double.isNaN(value) || (least ? value < old : value > old));
    }

    @Override
    long result() {
      if (seen == 0) throw new IllegalArgumentException(kind + " of no elements");
      return kind.isArg() ? where : best;
    }
  }
}
