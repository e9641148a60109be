package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.spi.Device;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Counts a weight average's updates on a device, since a replayed step cannot ask the host how many there were. */
final class AverageClock {
  private static final long[] NO_PARAMS = {};

  /** Where and in what type a mean is kept. */
  record Kind(Device device, DType type) {}

  private final Kind kind;
  private final Program tick;
  /** The number of updates, and the share that the weights have in the next mean. */
  private final Tensor state;
  private final View count;
  private final View share;

  /** @param decay of an exponential mean; NaN for a plain one */
  AverageClock(Kind kind, double decay) {
    this.kind = kind;
    tick = Program.ofAll(in -> {
      var n = in[0].add(1);
      var plain = n.reciprocal();
      // The first update is a copy.
      var share = Double.isNaN(decay) ? plain : n.eq(1).where(n, n.constantFor(1 - decay));
      return new Scalar[]{n, share};
    }, kind.type);
    try (var _ = Scope.open()) {
      state = Tensor.zeros(kind.device, kind.type, Shape.of(2)).hold();
    }
    count = at(0);
    share = at(1);
  }

  private View at(int i) {
    return new View(state.view().buffer(), kind.type, new Layout(Shape.SCALAR, new long[0], i));
  }

  void tick() {
    kind.device.backend().map(tick, NO_PARAMS, new View[]{count}, new View[]{count, share});
  }

  /** The share of the present weights in the mean, for every element of a shape. */
  View share(Shape shape) {
    return new View(share.buffer(), share.dtype(), new Layout(shape, new long[shape.rank()], 1));
  }

  void set(long updates) {
    var bits = kind.type == DType.FLOAT64
        ? MemorySegment.ofArray(new double[]{updates, 0})
        : MemorySegment.ofArray(new float[]{updates, 0});
    kind.device.backend().upload(bits, state.view().buffer(), 0);
  }
}
