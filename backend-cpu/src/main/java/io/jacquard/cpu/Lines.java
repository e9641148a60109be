package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What works along one axis, line by line: {@code scan} and {@code argsort} of the SPI. */
final class Lines {
  private static final long GRAIN = 1 << 13;

  private final Workers workers;

  Lines(Workers workers) {
    this.workers = workers;
  }

  private interface Line {
    /** One line: the addresses of its first elements. */
    void run(long from, long to);
  }

  void scan(Scan how, int axis, View in, View out) {
    if (in.numel() == 0) return;
    var type = in.dtype();
    long n = in.shape().size(axis);
    long fromStride = Views.strides(in)[axis];
    long toStride = Views.strides(out)[axis];
    var result = out.dtype();
    each("scan", axis, in, out, type.isFloating()
        ? (from, to) -> scanFloating(how, type, n, from, fromStride, to, toStride)
        : (from, to) -> scanIntegers(how, type, result, n, from, fromStride, to, toStride));
  }

  private static void scanFloating(Scan how, DType type, long n, long from, long fromStride, long to,
      long toStride) {
    double state = 0;
    for (long i = 0; i < n; i++) {
      double x = type.value(Elements.load(type, from + i * fromStride));
      // float32 sums run in float64 and are rounded once an element
      state = i == 0 ? x : switch (how) {
        case SUM -> state + x;
        case PRODUCT -> state * x;
        case MIN -> DoubleMath.min(state, x);
        case MAX -> DoubleMath.max(state, x);
      };
      Elements.store(type, to + i * toStride, type.bits(state));
    }
  }

  private static void scanIntegers(Scan how, DType type, DType result, long n, long from, long fromStride,
      long to,
      long toStride) {
    long state = 0;
    for (long i = 0; i < n; i++) {
      long x = Elements.load(type, from + i * fromStride);
      state = i == 0 ? x : switch (how) {
        case SUM -> state + x;
        case PRODUCT -> state * x;
        case MIN -> Math.min(state, x);
        case MAX -> Math.max(state, x);
      };
      Elements.store(result, to + i * toStride, state);
    }
  }

  void argsort(boolean descending, int axis, View in, View indexOut) {
    if (in.numel() == 0) return;
    var type = in.dtype();
    int n = Math.toIntExact(in.shape().size(axis));
    long fromStride = Views.strides(in)[axis];
    long toStride = Views.strides(indexOut)[axis];
    each("argsort", axis, in, indexOut, (from, to) -> {
      var order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
      var keys = new long[n];
      for (int i = 0; i < n; i++) keys[i] = key(type, Elements.load(type, from + i * fromStride));
      Comparator<Integer> byKey = Comparator.comparingLong(i -> keys[i]);
      java.util.Arrays.sort(order, descending ? byKey.reversed() : byKey);
      for (int i = 0; i < n; i++) Memory.setLong(to + i * toStride, order[i]);
    });
  }

  /** A long that orders as the elements do: NaN last, the two zeros equal. */
  private static long key(DType type, long bits) {
    if (!type.isFloating()) return bits;
    double x = type.value(bits);
    if (Double.isNaN(x)) return Long.MAX_VALUE;
    long raw = Double.doubleToRawLongBits(x + 0.0);
    return raw < 0 ? ~(raw & Long.MAX_VALUE) : raw;
  }

  private void each(String op, int axis, View in, View out, Line line) {
    var shape = in.shape().sizes();
    var bytes = new long[][]{Views.strides(in), Views.strides(out)};
    var nest = Nest.of(shape, IntStream.range(0, shape.length).filter(d -> d != axis).toArray(), bytes, 1);
    long from = Views.address(in, op);
    long to = Views.address(out, op);
    long lines = nest.count(0, nest.rank());
    long perPart = Math.max(1, GRAIN / shape[axis]);
    int parts = (int) Math.min(4L * workers.threads(), Math.ceilDiv(lines, perPart));
    workers.run(parts, part -> {
      for (long i = lines * part / parts; i < lines * (part + 1) / parts; i++)
        line.run(from + nest.position(0, 0, nest.rank(), i), to + nest.position(1, 0, nest.rank(), i));
    });
  }
}
