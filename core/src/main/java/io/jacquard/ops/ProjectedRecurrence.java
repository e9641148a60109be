package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Tensor;

/**
 * An LSTM whose h is projected to fewer numbers after each step, {@code h = W_hr (o tanh(c))} (Sak, Senior, Beaufays: Long
 * Short-Term Memory Based Recurrent Neural Network Architectures, 2014). Inputs, in this order: x [T, N, I]; h0 [N, P]; c0 [N,
 * H]; W_ih [4H, I]; W_hh [4H, P]; with biases b_ih and b_hh [4H]; W_hr [P, H]; with lengths int64 [N].
 *
 * <pre>{@code
 * var op = new ProjectedRecurrence(new Recurrence(RecurrentCell.LSTM, false, false, false));
 * var h = Tensor.apply(op, Tensor.ones(5, 2, 3), Tensor.zeros(2, 2), Tensor.zeros(2, 4), Tensor.ones(16, 3),
 *     Tensor.ones(16, 2), Tensor.ones(2, 4))[0];   // [5, 2, 2]
 * }</pre>
 *
 * <p>The results are h [T, N, P] and c [T, N, H] after each step, as of {@link Recurrence}.
 *
 * @param of biases, direction and lengths of the steps; the cell is an LSTM
 */
public record ProjectedRecurrence(Recurrence of) implements CompositeOp {
  public ProjectedRecurrence {
    if (of.cell() != RecurrentCell.LSTM)
      throw new JacquardException("ProjectedRecurrence: the cell is " + of.cell() + ", expected LSTM.");
  }

  @Override
  public String name() {
    return "lstm_projected";
  }

  private int projection() {
    return of.bias() ? 7 : 5;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[0];
    var projection = in[projection()];
    if (x.shape().rank() != 3 || projection.shape().rank() != 2 || !x.dtype().isFloating()) {
      throw new JacquardException(name() + ": the input is " + x + " and the projection " + projection
          + ", expected one floating type, [T, N, input_size] and [proj_size, hidden_size].");
    }
    long steps = x.shape().size(0);
    long batch = x.shape().size(1);
    long small = projection.shape().size(0);
    long hidden = projection.shape().size(1);
    var rows = Shape.of(4 * hidden);
    require(in[1], "h0", x.dtype(), Shape.of(batch, small));
    require(in[2], "c0", x.dtype(), Shape.of(batch, hidden));
    require(in[3], "weight_ih", x.dtype(), rows.insert(1, x.shape().size(2)));
    require(in[4], "weight_hh", x.dtype(), rows.insert(1, small));
    if (of.bias()) {
      require(in[5], "bias_ih", x.dtype(), rows);
      require(in[6], "bias_hh", x.dtype(), rows);
    }
    require(projection, "weight_hr", x.dtype(), projection.shape());
    if (of.lengths()) require(in[projection() + 1], "lengths", DType.INT64, Shape.of(batch));
    return new Spec[]{new Spec(x.dtype(), Shape.of(steps, batch, small)),
        new Spec(x.dtype(), Shape.of(steps, batch, hidden))};
  }

  private void require(Spec spec, String what, DType type, Shape shape) {
    Recurrence.require(name(), spec, what, type, shape);
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var projection = in[projection()];
    var valid = of.lengths() ? Recurrence.valid(in[0].size(0), in[projection() + 1]) : null;
    return new RecurrentSteps(of, projection.size(1)).forward(of.ofInputs(in), in[1], in[2], in[4], null,
        valid,
        projection);
  }
}
