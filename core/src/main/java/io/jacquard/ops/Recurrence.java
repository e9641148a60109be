package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A recurrent layer in one direction over a whole sequence, see {@link RecurrentCell}. Inputs, in this order: x [T, N, I];
 * h0 [N, H]; c0 [N, H] of an LSTM; the weights W_ih [G*H, I] and W_hh [G*H, H], G being the number of gates; with
 * {@code bias} b_ih and b_hh [G*H]; with {@code lengths} int64 [N].
 *
 * <pre>{@code
 * var op = new Recurrence(RecurrentCell.RNN_TANH, false, false, false);
 * var h = Tensor.apply(op, Tensor.ones(5, 2, 3), Tensor.zeros(2, 4), Tensor.ones(4, 3), Tensor.ones(4, 4))[0];
 * var last = h.select(0, -1);   // [2, 4]
 * }</pre>
 *
 * <p>The result is the state after each step, [T, N, H]; of an LSTM h and c. With lengths, steps of a sample beyond its
 * length leave its state as it is: so the state after the last step that is taken is the final one, in either direction.
 *
 * @param bias whether there are biases
 * @param reverse whether the steps are taken from the last to the first
 * @param lengths whether each sample has a length of its own, from 0 to T
 */
public record Recurrence(RecurrentCell cell, boolean bias, boolean reverse,
    boolean lengths) implements CompositeOp {
  @Override
  public String name() {
    return cell.label();
  }

  @Override
  public int saved() {
    return cell.parts() == 0 ? 0 : 1;
  }

  // ---- where the inputs stand

  /** The first of the states' successors. */
  private int weights() {
    return cell.hasCellState() ? 3 : 2;
  }

  private int biases() {
    return weights() + 2;
  }

  private int lengthsAt() {
    return biases() + (bias ? 2 : 0);
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var x = in[0];
    var type = x.dtype();
    if (!type.isFloating() || x.shape().rank() != 3 || x.shape().size(0) < 1) {
      throw new JacquardException(name() + ": the input is " + x
          + ", expected a floating type and the shape [T, N, input_size] with T of 1 or more.");
    }
    long steps = x.shape().size(0);
    long batch = x.shape().size(1);
    long hidden = in[1].shape().rank() == 0 ? 0 : in[1].shape().size(-1);
    for (int i = 1; i < weights(); i++) {
      require(in[i], i == 1 ? "h0" : "c0", type, Shape.of(batch, hidden));
    }
    long rows = hidden * cell.gates();
    require(in[weights()], "weight_ih", type, Shape.of(rows, x.shape().size(2)));
    require(in[weights() + 1], "weight_hh", type, Shape.of(rows, hidden));
    if (bias) {
      require(in[biases()], "bias_ih", type, Shape.of(rows));
      require(in[biases() + 1], "bias_hh", type, Shape.of(rows));
    }
    if (lengths) require(in[lengthsAt()], "lengths", DType.INT64, Shape.of(batch));
    var out = new ArrayList<Spec>();
    out.add(new Spec(type, Shape.of(steps, batch, hidden)));
    if (cell.hasCellState()) out.add(out.getFirst());
    if (cell.parts() > 0)
      out.add(new Spec(type.computeType(), Shape.of(steps, batch, cell.parts() * hidden)));
    return out.toArray(Spec[]::new);
  }

  private void require(Spec spec, String what, DType type, Shape shape) {
    require(name(), spec, what, type, shape);
  }

  static void require(String name, Spec spec, String what, DType type, Shape shape) {
    if (spec.dtype() == type && spec.shape().equals(shape)) return;
    throw new JacquardException(name + ": " + what + " is " + spec + ", expected " + type + shape
        + " beside the other inputs. Check the sizes, and convert with to(DType).");
  }

  @Override
  public Tensor[] decompose(Tensor[] in) {
    var states = new RecurrentSteps(this, in[1].size(1));
    var valid = lengths ? valid(in[0].size(0), in[lengthsAt()]) : null;
    return states.forward(ofInputs(in), in[1], cell.hasCellState() ? in[2] : null, in[weights() + 1],
        bias && cell == RecurrentCell.GRU ? in[biases() + 1] : null, valid);
  }

  /** What inputs and biases give to the gates, [T, N, G*H]; the second bias of a GRU belongs to the steps. */
  Tensor ofInputs(Tensor[] in) {
    var x = in[0];
    var weight = in[weights()];
    if (!bias) return x.matmul(weight.mT());
    var sum = cell == RecurrentCell.GRU ? in[biases()] : in[biases()].add(in[biases() + 1]);
    var rows = Tensor.apply(new Linear(), x.reshape(-1, x.size(2)), weight, sum)[0];
    return rows.reshape(x.shape().with(2, weight.size(0)));
  }

  /** Which steps belong to a sample: bools [T, N]. */
  static Tensor valid(long steps, Tensor lengths) {
    return Tensor.arange(lengths.device(), steps).to(DType.INT64).unsqueeze(1).lt(lengths);
  }

  // ---- the gradient

  @Override
  public boolean hasRule() {
    return true;
  }

  @Override
  public Keep keep(long wanted) {
    return Keep.EVERYTHING;
  }

  @Override
  public void backward(Backward b) {
    var h0 = b.input(1);
    var weight = b.input(weights() + 1);
    var h = b.output(0);
    var before = before(h0, h);
    boolean cellGradient = cell.hasCellState() && b.arrivedGradient(1) != null;
    var in = new ArrayList<Tensor>();
    in.add(b.gradient(0));
    if (cellGradient) in.add(b.gradient(1));
    in.add(h);
    if (cell.hasCellState()) in.add(b.output(1));
    if (cell.parts() > 0) in.add(gates(b, before));
    in.add(h0);
    if (cell.hasCellState()) in.add(b.input(2));
    in.add(weight);
    if (lengths) in.add(b.input(lengthsAt()));
    var out = Tensor.apply(new RecurrenceBackward(this, cellGradient), in.toArray(Tensor[]::new));
    int next = cell == RecurrentCell.GRU ? 2 : 1;
    b.give(1, out[next]);
    if (cell.hasCellState()) b.give(2, out[next + 1]);
    giveParameters(b, out[0], cell == RecurrentCell.GRU ? out[1] : null, before);
  }

  /** The state before each step. */
  private Tensor before(Tensor h0, Tensor h) {
    long steps = h.size(0);
    var first = h0.unsqueeze(0);
    if (steps == 1) return first;
    return reverse
        ? Tensor.concat(0, h.slice(0, 1, steps), first)
        : Tensor.concat(0, first, h.slice(0, 0, steps - 1));
  }

  private Tensor gates(Backward b, Tensor before) {
    if (!GradMode.isEnabled()) return b.output(cell.hasCellState() ? 2 : 1);
    // What was saved are numbers; where the gradient is to be differentiated, their dependence on the inputs
    // counts.
    var in = new Tensor[b.inputs()];
    for (int i = 0; i < in.length; i++) in[i] = b.input(i);
    var ofState = before.matmul(b.input(weights() + 1).mT());
    if (bias && cell == RecurrentCell.GRU) ofState = ofState.add(in[biases() + 1]);
    return new RecurrentSteps(this, b.input(1).size(1)).gates(ofInputs(in), ofState);
  }

  /** @param last of a GRU, what reaches {@code b_n}; for the other gates, and other cells, a and b get the same */
  private void giveParameters(Backward b, Tensor ofGates, @Nullable Tensor last, Tensor before) {
    long rows = ofGates.size(2);
    var g = ofGates.reshape(-1, rows);
    if (b.needs(0)) b.give(0, g.matmul(b.input(weights())).reshape(b.inputShape(0)));
    if (b.needs(weights())) {
      b.give(weights(), new MatMul(), g.mT(), b.input(0).reshape(-1, b.inputShape(0).size(2)));
    }
    long hidden = before.size(2);
    var states = before.reshape(-1, hidden);
    var ofState = last == null ? g : Tensor.concat(1, g.slice(1, 0, 2 * hidden), last.reshape(-1, hidden));
    if (b.needs(weights() + 1)) b.give(weights() + 1, new MatMul(), ofState.mT(), states);
    if (!bias) return;
    boolean same = last == null && b.needs(biases()) && b.needs(biases() + 1);
    if (b.needs(biases())) {
      var sum = g.sum(0);
      b.give(biases(), sum);
      if (same) b.give(biases() + 1, sum);
    }
    if (b.needs(biases() + 1) && !same) b.give(biases() + 1, ofState.sum(0));
  }
}
