package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Derivative;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Autocast;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.Keep;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A scalar program over every element of its inputs, which broadcast to a common shape: one pass, whatever the program
 * computes. Its gradient is the program's symbolic derivative: one more pass for all inputs of full shape together, and
 * one fused reduction for each that was broadcast.
 *
 * <pre>{@code
 * var cube = new Elementwise("cube", Program.of(in -> in[0].mul(in[0]).mul(in[0]), DType.FLOAT32));
 * var y = Tensor.apply(cube, x)[0];
 * }</pre>
 */
public final class Elementwise implements KernelOp {
  private static final long[] NO_PARAMS = {};

  private final String name;
  private final Program program;
  private final long[] params;
  /** A cache, shared by all ops of the program: which inputs are wanted (as bits), and the rule for them. */
  private final ConcurrentHashMap<Long, Rule> rules;

  /** A derivative, and the op that computes it over whole shapes (its parameters still to be given). */
  private record Rule(Derivative derivative, Elementwise op) {}

  public Elementwise(String name, Program program) {
    this(name, program, NO_PARAMS, new ConcurrentHashMap<>());
  }

  private Elementwise(String name, Program program, long[] params, ConcurrentHashMap<Long, Rule> rules) {
    this.name = name;
    this.program = program;
    this.params = params;
    this.rules = rules;
  }

  /** This op with values for the program's parameters, as raw bits ({@link DType#bits}); beside halves of float32. */
  public Elementwise withParams(long... values) {
    if (values.length < program.params())
      throw new IllegalArgumentException(name + ": " + values.length + " params");
    return new Elementwise(name, program, values, rules);
  }

  public Program program() {
    return program;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Autocast.Kind autocast() {
    return Autocast.Kind.AS_THEY_ARE;
  }

  @Override
  public Spec[] infer(Spec[] in) {
    var types = program.inputs();
    var shape = in[0].shape();
    for (int i = 0; i < in.length; i++) {
      if (in[i].dtype() != types.get(i)) {
        throw new JacquardException(
            name + ": input " + i + " is " + in[i].dtype() + ", expected " + types.get(i)
                + ". Convert it with to(DType." + types.get(i).name() + ").");
      }
      shape = Shape.broadcast(name, shape, in[i].shape());
    }
    var out = new Spec[program.outputs()];
    for (int j = 0; j < out.length; j++) out[j] = new Spec(program.outputType(j), shape);
    return out;
  }

  /** As the first input lies that has an element of its own for each of the result: a map keeps the order in memory. */
  @Override
  public Layout layout(int j, Spec spec, View[] in) {
    for (var view : in) {
      var layout = view.layout();
      if (!layout.shape().equals(spec.shape()) || layout.isBroadcast()) continue;
      return layout.isContiguous() ? Layout.contiguous(spec.shape())
          : Layout.dense(spec.shape(), layout.order());
    }
    return Layout.contiguous(spec.shape());
  }

  @Override
  public void forward(Backend backend, View[] in, View[] out) {
    backend.map(program, params, Broadcasting.expand(in, out[0].shape()), out);
  }

  private Rule rule(long wanted) {
    return rules.computeIfAbsent(wanted, w -> {
      var derivative = Derivative.of(program, mask(w));
      return new Rule(derivative, new Elementwise(name + "_backward", derivative.program()));
    });
  }

  private boolean[] mask(long wanted) {
    var mask = new boolean[program.inputs().size()];
    for (int i = 0; i < mask.length; i++) mask[i] = (wanted >>> i & 1) != 0;
    return mask;
  }

  @Override
  public boolean widens(DeviceInfo device, DType half) {
    return false;
  }

  @Override
  public Keep keep(long wanted) {
    int n = program.inputs().size();
    int m = program.outputs();
    if (n > Long.SIZE) {
      throw new JacquardException(
          name + ": a gradient through " + n + " inputs, expected at most " + Long.SIZE
              + ". Combine some of them first.");
    }
    long inputs = 0;
    long outputs = 0;
    for (int operand : rule(wanted).derivative.operands()) {
      if (operand < n) {
        inputs |= 1L << operand;
      } else if (operand < n + m) {
        outputs |= 1L << operand - n;
      }
    }
    return new Keep(inputs, outputs);
  }

  @Override
  public void backward(Backward b) {
    var shape = b.outputShape(0);
    long whole = 0;
    for (int i = 0; i < program.inputs().size(); i++) {
      if (!b.needs(i)) continue;
      var d = rule(1L << i).derivative;
      if (d.operands().length == 0) {
        b.give(i, Tensor.zeros(b.device(), b.inputType(i), Shape.SCALAR).expand(b.inputShape(i)));
      } else if (b.inputShape(i).equals(shape)) {
        whole |= 1L << i;
      } else {
        b.give(i, new SumTo(name + "_backward", d.program(), params, b.inputShape(i)), operands(b, d));
      }
    }
    if (whole != 0) giveWhole(b, whole);
  }

  private void giveWhole(Backward b, long whole) {
    var rule = rule(whole);
    var op = params.length == 0 ? rule.op : rule.op.withParams(params);
    if (Long.bitCount(whole) == 1) {
      b.give(Long.numberOfTrailingZeros(whole), op, operands(b, rule.derivative));
      return;
    }
    var gradients = Tensor.apply(op, operands(b, rule.derivative));
    int next = 0;
    for (int i = 0; i < program.inputs().size(); i++) {
      if ((whole >>> i & 1) != 0) b.give(i, gradients[next++]);
    }
  }

  private Tensor[] operands(Backward b, Derivative d) {
    return DerivativeOperands.of(b, d, program.inputs().size(), program.outputs());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Elementwise that && program == that.program && Arrays.equals(params, that.params);
  }

  @Override
  public int hashCode() {
    return program.hashCode() + Arrays.hashCode(params);
  }

  @Override
  public String toString() {
    return name;
  }
}
