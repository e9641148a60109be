package io.jacquard.models;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Module;
import io.jacquard.ops.Convolution;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.function.Supplier;

/**
 * What a model costs: its trained numbers, and the multiply-adds of one forward pass, as products of matrices and
 * convolutions make them; what is elementwise is not counted.
 *
 * <pre>{@code
 * var cost = ModelCost.of(() -> Models.named("cnn"), Shape.of(1, 1, 28, 28));
 * System.out.println(cost.parameters() + " " + cost.multiplyAdds());
 * }</pre>
 */
public record ModelCost(long parameters, long multiplyAdds) {
  /**
   * Makes the model, runs it once in evaluation mode on zeros of the shape {@code sample} (float32, on the current device), and
   * counts.
   */
  public static ModelCost of(Supplier<? extends Module> model, Shape sample) {
    return of(model, sample, DType.FLOAT32);
  }

  /** As above, on zeros of a type: tokens of texts are int64. */
  public static ModelCost of(Supplier<? extends Module> model, Shape sample, DType type) {
    var counting = new Counting(Device.current().backend());
    return Device.with(new Device(counting), () -> {
      try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
        var made = model.get();
        made.eval();
        counting.multiplyAdds = 0;
        made.call(Tensor.zeros(sample.sizes()).to(type));
        return new ModelCost(made.parameterCount(), counting.multiplyAdds);
      }
    });
  }

  /** Counts products. Convolutions are the backend's own; all other composite ops are decomposed, down to products. */
  private static final class Counting extends ForwardingBackend {
    private long multiplyAdds;

    Counting(Backend inner) {
      super(inner);
    }

    @Override
    public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
      multiplyAdds += out[0].numel() * a.shape().size(-1);
      super.matmul(how, params, a, b, extra, out);
    }

    @Override
    public boolean run(Operation op, View[] in, View[] out) {
      if (!(op instanceof Convolution) || !super.run(op, in, out)) return false;
      var weight = in[1].shape(); // [kernel..., C/groups, O]
      multiplyAdds += out[0].numel() * (weight.numel() / weight.size(-1));
      return true;
    }

    @Override
    public void close() {
      // the backend is not this decorator's
    }
  }
}
