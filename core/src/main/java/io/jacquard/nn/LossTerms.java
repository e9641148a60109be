package io.jacquard.nn;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.Reduce;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.Tensor;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a loss computes before it is one number: a number for each element or sample, and what their mean divides by.
 *
 * <pre>{@code
 * var terms = LossTerms.of(x.sub(y).abs());
 * terms.mean().backward();
 * }</pre>
 */
public sealed interface LossTerms {
  /** One number for each element or sample. */
  Tensor values();

  Tensor sum();

  Tensor mean();

  /** Numbers of equal weight. */
  static LossTerms of(Tensor values) {
    return new Computed(values);
  }

  /** Numbers whose mean is their sum by a {@code total}, a scalar: that of their weights. */
  static LossTerms of(Tensor values, Tensor total) {
    return new Weighted(values, total);
  }

  /** A function of each element of some tensors that broadcast; its sum and mean take one pass and no memory between. */
  static LossTerms of(String loss, ScalarFunction each, Tensor... in) {
    return new Fused(loss, each, in);
  }

  /** See {@link #of(Tensor)}. */
  record Computed(Tensor values) implements LossTerms {
    @Override
    public Tensor sum() {
      return values.sum();
    }

    @Override
    public Tensor mean() {
      return values.mean();
    }
  }

  /** See {@link #of(Tensor, Tensor)}. */
  record Weighted(Tensor values, Tensor total) implements LossTerms {
    @Override
    public Tensor sum() {
      return values.sum();
    }

    @Override
    public Tensor mean() {
      return sum().div(total);
    }
  }

  /** See {@link #of(String, ScalarFunction, Tensor...)}. */
  record Fused(String loss, ScalarFunction each, Tensor[] in) implements LossTerms {
    private static DType[] types(Tensor[] of) {
      return Stream.of(of).map(Tensor::dtype).toArray(DType[]::new);
    }

    private Shape shape() {
      return Stream.of(in).map(Tensor::shape).reduce((a, b) -> Shape.broadcast(loss, a, b)).orElseThrow();
    }

    @Override
    public Tensor values() {
      return Tensor.apply(each.on(types(in)), in)[0];
    }

    @Override
    public Tensor sum() {
      return wideSum().to(type());
    }

    @Override
    public Tensor mean() {
      return wideSum().div(shape().numel()).to(type());
    }

    private DType type() {
      return each.program(types(in)).outputType(0);
    }

    /** Of halves in float32, in which it cannot overflow. */
    private Tensor wideSum() {
      var wide = Stream.of(in).map(t -> t.to(t.dtype().computeType())).toArray(Tensor[]::new);
      int[] all = IntStream.range(0, shape().rank()).toArray();
      return Tensor.apply(new Reduce(loss, Fold.SUM, each.program(types(wide)), all, false), wide)[0];
    }
  }
}
