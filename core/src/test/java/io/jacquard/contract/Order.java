package io.jacquard.contract;

import java.util.Comparator;
import java.util.stream.LongStream;

/** The order that sorts a line of elements: stable, NaN as the largest value, -0 equal to 0. */
final class Order {
  private Order() {}

  static long[] of(Elements in, Lines lines, long line, boolean descending) {
    Comparator<Long> byValue = (i, j) -> compare(in, lines.element(line, i), lines.element(line, j));
    return LongStream.range(0, lines.length()).boxed().sorted(descending ? byValue.reversed() : byValue)
        .mapToLong(Long::longValue).toArray();
  }

  private static int compare(Elements in, long i, long j) {
    if (!in.type().isFloating()) return Long.compare(in.get(i), in.get(j));
    double x = in.value(i);
    double y = in.value(j);
    if (Double.isNaN(x) || Double.isNaN(y)) return Boolean.compare(Double.isNaN(x), Double.isNaN(y));
    return x < y ? -1 : x > y ? 1 : 0;
  }
}
