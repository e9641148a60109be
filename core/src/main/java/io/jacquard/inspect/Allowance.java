package io.jacquard.inspect;

import io.jacquard.spi.Backend;
import io.jacquard.spi.Call;
import io.jacquard.spi.View;
import java.util.function.UnaryOperator;

/** How far the results of a call may be apart. */
final class Allowance {
  private Allowance() {}

  static Closeness.Result compare(Call call, int output, double[] expected, double[] found, Backend backend,
      UnaryOperator<View> own) {
    return Closeness.USUAL.compare(call.outputs()[output].dtype(), expected, found, null);
  }
}
