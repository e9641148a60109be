package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Device;

/** Tensors whose elements follow from their position. */
final class RuleTensors {
  /** From the nearer end, so that both are met exactly, as PyTorch does; the input is the position. */
  private static final ScalarFunction LINSPACE = ScalarFunction.withParams("linspace", trace -> {
    var at = trace.input(0);
    var start = trace.param(0, DType.FLOAT32);
    var end = trace.param(1, DType.FLOAT32);
    var step = trace.param(2, DType.FLOAT32);
    var steps = trace.param(3, DType.INT64);
    var fromStart = start.add(step.mul(at.to(DType.FLOAT32)));
    var fromEnd = end.sub(step.mul(steps.sub(at).sub(1).to(DType.FLOAT32)));
    return at.lt(steps.div(2)).where(fromStart, fromEnd);
  });

  private RuleTensors() {}

  static Tensor linspace(double start, double end, long steps) {
    if (steps < 0) throw new JacquardException("linspace: " + steps + " steps, expected 0 or more.");
    if (steps == 1) return Tensor.full(Shape.of(1), DType.FLOAT32, start);
    var type = DType.FLOAT32;
    double step = (end - start) / (steps - 1);
    var op = LINSPACE.on(DType.INT64).withParams(type.bits(start), type.bits(end), type.bits(step), steps);
    return Tensor.apply(op, Tensor.arange(steps))[0];
  }

  static Tensor arange(long start, long end, long step) {
    if (step == 0 || step > 0 && start > end || step < 0 && start < end) {
      throw new JacquardException("arange: from " + start + " to " + end + " by steps of " + step
          + ", expected a step towards the end, other than 0.");
    }
    long count = Math.ceilDiv(Math.subtractExact(end, start), step);
    return HostData.arange(Device.current(), count).mul(step).add(start);
  }
}
