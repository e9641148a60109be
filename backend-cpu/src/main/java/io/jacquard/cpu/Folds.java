package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.spi.Reduction.Fold;

/**
 * The folds of a reduction. A fold in progress is a state of 16 bytes in memory: its value, a double for the floating
 * types and a long for the others, then the position of the extreme that it holds.
 *
 * <p>Floating sums of a block are taken in the block's own type, and the blocks' sums added up in float64.
 */
final class Folds {
  static final int STATE = 16;
  /** Bytes of scratch memory for a block: four of the widest vectors. */
  static final long SCRATCH = 256;

  private Folds() {}

  static void start(Fold fold, DType type, long state) {
    boolean floating = type.isFloating();
    switch (fold) {
      case SUM -> Memory.setLong(state, 0);
      case PRODUCT -> Memory.setLong(state, floating ? Double.doubleToRawLongBits(1) : 1);
      case MIN, ARGMIN -> setBound(floating, state, Double.POSITIVE_INFINITY, Long.MAX_VALUE);
      case MAX, ARGMAX -> setBound(floating, state, Double.NEGATIVE_INFINITY, Long.MIN_VALUE);
    }
    Memory.setLong(state + 8, -1);
  }

  private static void setBound(boolean floating, long state, double bound, long integerBound) {
    Memory.setLong(state, floating ? Double.doubleToRawLongBits(bound) : integerBound);
  }

  /**
   * Folds n contiguous elements, of which the first is at {@code position} along the reduced axis.
   *
   * @param form in which floats are folded
   * @param scratch memory of {@link #SCRATCH} bytes
   */
  static void block(Form form, Fold fold, DType type, long from, int n, long position, long state,
      long scratch) {
    switch (fold) {
      case SUM -> {
        switch (type) {
          case FLOAT32 -> Memory.setDouble(state, Memory.getDouble(state) + form.sum(from, n, scratch));
          case FLOAT64 -> Memory.setDouble(state, Memory.getDouble(state) + sumDoubles(from, n));
          default -> Memory.setLong(state, Memory.getLong(state) + sumIntegers(type, from, n));
        }
      }
      case MIN, MAX -> {
        if (type == DType.FLOAT32)
          floating(fold, form.extreme(fold == Fold.MAX, from, n, scratch), position, state);
        else
          each(fold, type, from, n, position, state);
      }
      case PRODUCT, ARGMIN, ARGMAX -> each(fold, type, from, n, position, state);
    }
  }

  private static void each(Fold fold, DType type, long from, int n, long position, long state) {
    for (int k = 0; k < n; k++) one(fold, type, from + (long) k * type.bytes(), position + k, state);
  }

  /** Folds one row into a row of states, element by element. */
  static void row(Fold fold, DType type, long from, int n, long position, long states) {
    for (int k = 0; k < n; k++)
      one(fold, type, from + (long) k * type.bytes(), position, states + (long) STATE * k);
  }

  private static double sumDoubles(long from, int n) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int k = 0;
    for (; k + 3 < n; k += 4) {
      long at = from + 8L * k;
      a += Memory.getDouble(at);
      b += Memory.getDouble(at + 8);
      c += Memory.getDouble(at + 16);
      d += Memory.getDouble(at + 24);
    }
    for (; k < n; k++) a += Memory.getDouble(from + 8L * k);
    return a + b + (c + d);
  }

  private static long sumIntegers(DType type, long from, int n) {
    long sum = 0;
    switch (type) {
      case INT32 -> {
        for (int k = 0; k < n; k++) sum += Memory.getInt(from + 4L * k);
      }
      case INT64 -> {
        for (int k = 0; k < n; k++) sum += Memory.getLong(from + 8L * k);
      }
      default -> {
        for (int k = 0; k < n; k++) sum += Memory.getByte(from + k);
      }
    }
    return sum;
  }

  private static void one(Fold fold, DType type, long from, long position, long state) {
    if (type.isFloating()) {
      double x = type == DType.FLOAT32 ? Memory.getFloat(from) : Memory.getDouble(from);
      floating(fold, x, position, state);
    } else {
      integer(fold, Elements.load(type, from), position, state);
    }
  }

  /** Folds the state {@code from} into the state {@code to}; {@code from} comes later. */
  static void merge(Fold fold, DType type, long from, long to) {
    long position = Memory.getLong(from + 8);
    if (position < 0 && fold.isArg()) return;
    if (type.isFloating())
      floating(fold, Memory.getDouble(from), position, to);
    else
      integer(fold, Memory.getLong(from), position, to);
  }

  private static void floating(Fold fold, double x, long position, long state) {
    double y = Memory.getDouble(state);
    switch (fold) {
      case SUM -> Memory.setDouble(state, y + x);
      case PRODUCT -> Memory.setDouble(state, y * x);
      case MIN -> Memory.setDouble(state, DoubleMath.min(y, x));
      case MAX -> Memory.setDouble(state, DoubleMath.max(y, x));
      case ARGMIN ->
        choose(x < y || Double.isNaN(x) && !Double.isNaN(y), Double.doubleToRawLongBits(x), position, state);
      case ARGMAX ->
        choose(x > y || Double.isNaN(x) && !Double.isNaN(y), Double.doubleToRawLongBits(x), position, state);
    }
  }

  private static void integer(Fold fold, long x, long position, long state) {
    long y = Memory.getLong(state);
    switch (fold) {
      case SUM -> Memory.setLong(state, y + x);
      case PRODUCT -> Memory.setLong(state, y * x);
      case MIN -> Memory.setLong(state, Math.min(y, x));
      case MAX -> Memory.setLong(state, Math.max(y, x));
      case ARGMIN -> choose(x < y, x, position, state);
      case ARGMAX -> choose(x > y, x, position, state);
    }
  }

  /** Takes a new extreme if it is better, or if there is none yet: a first element may equal the bound. */
  private static void choose(boolean better, long bits, long position, long state) {
    if (better || Memory.getLong(state + 8) < 0) {
      Memory.setLong(state, bits);
      Memory.setLong(state + 8, position);
    }
  }

  /** Writes a finished fold of elements of {@code type} to an output element of type {@code out}. */
  static void finish(Fold fold, DType type, boolean accumulate, long state, DType out, long to) {
    if (fold.isArg()) {
      Memory.setLong(to, Memory.getLong(state + 8));
    } else if (out == DType.FLOAT32) {
      float value = (float) Memory.getDouble(state);
      Memory.setFloat(to, accumulate ? Memory.getFloat(to) + value : value);
    } else if (out == DType.FLOAT64) {
      double value = Memory.getDouble(state);
      Memory.setDouble(to, accumulate ? Memory.getDouble(to) + value : value);
    } else if (out.isHalf()) {
      float value = (float) Memory.getDouble(state);
      Elements.store(out, to,
          out.bits(accumulate ? (float) out.value(Elements.load(out, to)) + value : value));
    } else {
      long value = Memory.getLong(state);
      Elements.store(out, to, accumulate ? Elements.load(out, to) + value : value);
    }
  }
}
