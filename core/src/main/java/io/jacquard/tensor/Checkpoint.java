package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.Block;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Trades time for memory: of a part of a network only the input is kept, and the part is computed again when its gradient
 * is wanted (Chen et al.: Training Deep Nets with Sublinear Memory Cost, 2016).
 *
 * <pre>{@code
 * var h = Checkpoint.of(layer::call, x);     // as layer.call(x), but the activations inside are not kept
 * var y = Checkpoint.of(v -> layer.call(v).relu(), h);
 * }</pre>
 *
 * <p>The second computation takes the same random draws, so dropout drops the same elements, and gives the same bits. It
 * must be the same in all else: a function that depends on what changes between the two is refused where that can be seen.
 * What it assigns to parameters or buffers was assigned by the first one, and is not assigned again.
 */
public final class Checkpoint {
  private Checkpoint() {}

  /** What {@code function} makes of a tensor; a module's is {@code module::call}. */
  public static Tensor of(UnaryOperator<Tensor> function, Tensor x) {
    return ofAll(in -> function.apply(in[0]), x);
  }

  /** As {@link #of}, for any number of inputs. */
  public static Tensor ofAll(Function<Tensor[], Tensor> function, Tensor... in) {
    if (in.length == 0 || in.length > Long.SIZE) {
      throw new JacquardException("Checkpoint: " + in.length + " tensors, expected 1 to " + Long.SIZE + ".");
    }
    var local = Local.get();
    // Inside of another one that computes for the first time, that one keeps its input for all.
    if (!local.recording || local.probe != null) return function.apply(in);
    var generator = Generator.current();
    var draws = new Draws(generator, generator.presentBase(), generator.drawsInStep());
    try (var _ = Scope.open()) {
      var probe = new Probe();
      local.probe = probe;
      Tensor y;
      try {
        y = function.apply(in);
      } finally {
        local.probe = null;
      }
      for (var x : in) {
        if (x == y) return x;
      }
      long wanted = Dispatch.wanted(in);
      if (wanted == 0 && !probe.sawRecorded() || !y.dtype().isFloating()) return y.keep();
      var op = new Recomputation(function, probe, draws, generator.drawsInStep() - draws.first,
          local.autocast, y.spec());
      var node = new Node(op, y.device(), in, Dispatch.views(in), new View[]{y.view()},
          new Block[]{y.block()},
          wanted);
      return Tensor.handle(y.device(), y.block(), y.view(), node, 0).keep();
    }
  }

  /** Whether this thread computes again what was computed before, so that side effects should not happen twice. */
  public static boolean isRecomputing() {
    return Local.get().recomputing;
  }

  /** Where the random draws of the first computation began. */
  private record Draws(Generator generator, long base, long first) {}

  /** The part of a network, as one operation whose gradient rule computes it again. */
  private record Recomputation(Function<Tensor[], Tensor> function, Probe probe, Draws draws, long count,
      @Nullable DType products, Spec result) implements CompositeOp {
    @Override
    public String name() {
      return "checkpoint";
    }

    @Override
    public Spec[] infer(Spec[] in) {
      return new Spec[]{result};
    }

    @Override
    public Tensor[] decompose(Tensor[] in) {
      return new Tensor[]{function.apply(in)};
    }

    @Override
    public boolean hasRule() {
      return true;
    }

    @Override
    public Keep keep(long wanted) {
      return Keep.INPUTS;
    }

    /**
     * Computes with a tape, which is joined to that of the pass: its nodes are newer than all others, so they come next.
     */
    @Override
    public void backward(Backward b) {
      if (count > 0 && draws.generator.presentBase() != draws.base) {
        throw new JacquardException("Checkpoint: a new step began between forward and backward, "
            + "so the same random draws cannot be taken again. Call backward() before beginStep().");
      }
      probe.check();
      var in = new Tensor[b.inputs()];
      for (int i = 0; i < in.length; i++) in[i] = b.input(i);
      var where = Local.get().where;
      try (var _ = where == null ? null : where.again(b.layer())) {
        b.passThrough(again(in));
      }
    }

    private Tensor again(Tensor[] in) {
      var generator = draws.generator;
      var local = Local.get();
      boolean outer = local.recomputing;
      long now = generator.rewind(draws.first);
      local.recomputing = true;
      try (var _ = GradMode.enableGrad(); var _ = Autocast.again(products)) {
        var y = Generator.call(generator, () -> function.apply(in));
        long taken = generator.drawsInStep() - draws.first;
        if (!y.spec().equals(result) || taken != count) {
          throw new JacquardException("Checkpoint: the function gave " + result + " with " + count
              + " random draws, and " + y.spec() + " with " + taken
              + " when it was computed again. It must depend on its inputs alone.");
        }
        return y;
      } finally {
        local.recomputing = outer;
        generator.rewind(now);
      }
    }
  }
}
