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
import org.jspecify.annotations.Nullable;

/** Counts a weight average's updates on a device, since a replayed step cannot ask the host how many there were. */
final class AverageClock {
  private static final long[] NO_PARAMS = {};

  /** Where and in what type a mean is kept. */
  record Kind(Device device, DType type) {}

  private final Kind kind;
  private final Program tick;
  /** The same with one more input: where it is 0, the count stays, and the share is 0. */
  private final Program tickIf;
  /** The number of updates, and the share that the weights have in the next mean. */
  private final Tensor state;
  private final View count;
  private final View share;

  /** @param decay of an exponential mean; NaN for a plain one */
  AverageClock(Kind kind, double decay) {
    this.kind = kind;
    tick = Program.ofAll(in -> next(in[0], decay), kind.type);
    tickIf = Program.ofAll(in -> {
      var next = next(in[0], decay);
      var goesOn = in[1].ne(0);
      return new Scalar[]{goesOn.where(next[0], in[0]), goesOn.where(next[1], in[0].constantFor(0))};
    }, kind.type, DType.FLOAT32);
    try (var _ = Scope.open()) {
      state = Tensor.zeros(kind.device, kind.type, Shape.of(2)).hold();
    }
    count = at(0);
    share = at(1);
  }

  private static Scalar[] next(Scalar count, double decay) {
    var n = count.add(1);
    var plain = n.reciprocal();
    // The first update is a copy.
    var share = Double.isNaN(decay) ? plain : n.eq(1).where(n, n.constantFor(1 - decay));
    return new Scalar[]{n, share};
  }

  private View at(int i) {
    return new View(state.view().buffer(), kind.type, new Layout(Shape.SCALAR, new long[0], i));
  }

  /** @param unlessZero where it is 0, nothing is counted, and the weights have no share; null for always */
  void tick(@Nullable Tensor unlessZero) {
    var out = new View[]{count, share};
    if (unlessZero == null)
      kind.device.backend().map(tick, NO_PARAMS, new View[]{count}, out);
    else
      kind.device.backend().map(tickIf, NO_PARAMS, new View[]{count, unlessZero.view()}, out);
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
