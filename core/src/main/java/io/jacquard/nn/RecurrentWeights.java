package io.jacquard.nn;

import io.jacquard.Shape;
import io.jacquard.ops.ProjectedRecurrence;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a recurrent layer in one direction, under PyTorch's names. In memory the weights lie transposed, as
 * those of {@link Linear}.
 */
final class RecurrentWeights {
  private final RecurrentCell cell;
  private final Parameter ofInput;
  private final Parameter ofState;
  private final @Nullable Parameter inputBias;
  private final @Nullable Parameter stateBias;
  private final @Nullable Parameter projection;
  private final int hiddenSize;

  /** @param suffix of the names: {@code "_l0"} */
  RecurrentWeights(Module owner, RecurrentCell cell, int inputSize, int hiddenSize,
      RecurrentOptions options, String suffix) {
    this.cell = cell;
    this.hiddenSize = hiddenSize;
    boolean bias = options.bias();
    int projSize = options.projSize();
    double bound = 1 / Math.sqrt(hiddenSize);
    var uniform = Init.uniform(-bound, bound);
    long rows = (long) cell.gates() * hiddenSize;
    ofInput = owner.parameter("weight_ih" + suffix, uniform.of(Shape.of(inputSize, rows)).mT());
    ofState = owner.parameter("weight_hh" + suffix,
        uniform.of(Shape.of(projSize > 0 ? projSize : hiddenSize, rows)).mT());
    inputBias = bias ? owner.parameter("bias_ih" + suffix, uniform.of(Shape.of(rows))) : null;
    stateBias = bias ? owner.parameter("bias_hh" + suffix, uniform.of(Shape.of(rows))) : null;
    projection = projSize > 0
        ? owner.parameter("weight_hr" + suffix, uniform.of(Shape.of(hiddenSize, projSize)).mT())
        : null;
  }

  /**
   * The states after each step, [T, N, H]; of an LSTM also c.
   *
   * @param x [T, N, inputSize]
   * @param before [N, H]
   * @param lengths int64 [N]; null where all samples have T steps
   */
  RecurrentState run(Tensor x, RecurrentState before, boolean reverse, @Nullable Tensor lengths) {
    var in = new ArrayList<Tensor>();
    in.add(x);
    in.add(before.h());
    if (cell.hasCellState()) in.add(before.cell());
    in.add(ofInput.value());
    in.add(ofState.value());
    if (inputBias != null) in.add(inputBias.value());
    if (stateBias != null) in.add(stateBias.value());
    if (projection != null) in.add(projection.value());
    if (lengths != null) in.add(lengths);
    var op = new Recurrence(cell, inputBias != null, reverse, lengths != null);
    var out = Tensor.apply(projection == null ? op : new ProjectedRecurrence(op), in.toArray(Tensor[]::new));
    return new RecurrentState(out[0], cell.hasCellState() ? out[1] : null);
  }

  /** Zeros of the weights' type and device, [N, H]. */
  RecurrentState zeros(long batch) {
    var h = zeros(batch, ofState.shape().size(1));
    if (!cell.hasCellState()) return new RecurrentState(h, null);
    return new RecurrentState(h, projection == null ? h : zeros(batch, hiddenSize));
  }

  private Tensor zeros(long batch, long size) {
    return Tensor.zeros(ofState.device(), ofState.dtype(), Shape.of(batch, size));
  }
}
