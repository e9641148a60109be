package io.jacquard.ops;

import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Tensor;

/**
 * The steps of a {@link Recurrence} backwards. Inputs, in this order: the gradient of h [T, N, H], with {@code
 * cellGradient} that of c; the states h, and of an LSTM c, [T, N, H]; the gates that were saved [T, N, parts*H], if any;
 * h0, and c0 of an LSTM, [N, H]; W_hh [G*H, H]; with lengths int64 [N].
 *
 * <pre>{@code
 * var backward = new RecurrenceBackward(new Recurrence(RecurrentCell.LSTM, true, false, false), false);
 * }</pre>
 *
 * <p>Outputs: the gradient of {@code a}, [T, N, G*H], from which those of x, W_ih and b_ih follow by products for all steps
 * at once, and, but for a GRU, those of W_hh and b_hh as well; of a GRU that of b_n, [T, N, H]; of h0, and of an LSTM of
 * c0, [N, H].
 *
 * @param of the op whose gradient it is
 * @param cellGradient whether a gradient of c arrived
 */
public record RecurrenceBackward(Recurrence of, boolean cellGradient) implements CompositeOp {
  @Override
  public String name() {
    return of.name() + "_backward";
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var cell = of.cell();
    var dh = in[0];
    long hidden = dh.shape().size(2);
    var gates = new Spec(dh.dtype(), dh.shape().with(2, cell.gates() * hidden));
    var state = new Spec(dh.dtype(), Shape.of(dh.shape().size(1), hidden));
    return switch (cell) {
      case RNN_TANH, RNN_RELU -> new Spec[]{gates, state};
      case LSTM -> new Spec[]{gates, state, state};
      case GRU -> new Spec[]{gates, dh, state};
    };
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    boolean second = of.cell().hasCellState();
    int next = 0;
    var dh = in[next++];
    var dc = cellGradient ? in[next++] : null;
    var h = in[next++];
    var c = second ? in[next++] : null;
    var gates = of.saved() > 0 ? in[next++] : null;
    var h0 = in[next++];
    var c0 = second ? in[next++] : null;
    var weight = in[next++];
    var valid = of.lengths() ? Recurrence.valid(dh.size(0), in[next]) : null;
    return new RecurrentSteps(of, dh.size(2)).backward(dh, dc,
        new RecurrentSteps.Saved(h, c, gates, h0, c0, weight, valid));
  }
}
