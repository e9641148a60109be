package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A product or a convolution that {@link Tuner} has computed: to be timed or, of odd sizes and whole numbers, to be compared
 * with what a plain loop has found.
 *
 * @param op the convolution; null for the product of two matrices
 * @param c where the result goes
 * @param expected the exact result; null where it is only timed
 */
record Trial(@Nullable Operation op, View a, View b, View c, float @Nullable [] expected) {
  private static final Program CLEAR = Program.of(v -> v[0].constantFor(-1), DType.FLOAT32);

  /** Small whole numbers without a pattern. */
  static float[] wholes(int count, int seed) {
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (i * 7919 + i / seed * 31) % 13 - 6;
    return values;
  }

  /** Whether it is computed rightly. */
  boolean passes(Workbench bench, Tuner.Way way) {
    bench.backend().map(CLEAR, new long[0], new View[]{c}, new View[]{c}); // or the last candidate's would
                                                                           // pass
    way.compute(this);
    return Arrays.equals(expected, bench.floats(c));
  }
}
