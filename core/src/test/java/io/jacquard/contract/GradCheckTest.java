package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.ops.Scalars;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Device;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.Backward;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The check itself: right rules pass, wrong ones are found, in the first order and in the second. */
class GradCheckTest {
  /** x * x with a gradient rule that may be wrong. */
  private record Square(UnaryOperator<Tensor> slope, boolean detached) implements KernelOp {
    @Override
    public String name() {
      return "square";
    }

    @Override
    public Spec[] infer(Spec[] in) {
      return in;
    }

    @Override
    public void forward(Backend backend, View[] in, View[] out) {
      Scalars.SQUARE.on(in[0].dtype()).forward(backend, in, out);
    }

    @Override
    public void backward(Backward b) {
      var slope = this.slope.apply(b.input(0));
      b.give(0, b.gradient(0).mul(detached ? slope.detach() : slope));
    }
  }

  private static void on(Runnable body) {
    Device.with(ReferenceBackend.device(), () -> {
      try (var _ = Scope.open()) {
        body.run();
      }
    });
  }

  private static Tensor x() {
    return Tensor.of(new double[]{0.5, -2, 3}, Shape.of(3));
  }

  private static String message(Runnable check) {
    return assertThrows(AssertionError.class, check::run).getMessage();
  }

  @Test
  void aRightRulePasses() {
    on(() -> GradCheck.check(in -> Tensor.apply(new Square(x -> x.mul(2), false), in[0])[0], x()));
  }

  @Test
  void aWrongFactorIsFound() {
    on(() -> {
      var message = message(
          () -> GradCheck.first(in -> Tensor.apply(new Square(x -> x.mul(2.00001), false), in[0])[0], x()));
      assertTrue(message.contains("wrong in 3 places") && message.contains("element 1 of input 0 of [3]"),
          message);
    });
  }

  @Test
  void aNanIsFound() {
    on(() -> message(() -> GradCheck.first(
        in -> Tensor.apply(new Square(x -> x.mul(2).add(x.sub(3).mul(Double.NaN)), false), in[0])[0], x())));
  }

  @Test
  void aGradientThatCannotBeDifferentiatedIsFound() {
    on(() -> {
      GradCheck.Function detached = in -> Tensor.apply(new Square(x -> x.mul(2), true), in[0])[0];
      GradCheck.first(detached, x());
      assertTrue(message(() -> GradCheck.second(detached, x())).contains("gradient of the gradient"));
    });
  }

  @Test
  void inputsOfOtherTypesAreConstants() {
    on(() -> GradCheck.check(in -> Tensor.where(in[1], in[0].exp(), in[2]), x(), Tensor.of(true, false, true),
        x()));
  }

  @Test
  void functionsOfFloat32AreRefused() {
    on(() -> assertThrows(IllegalArgumentException.class,
        () -> GradCheck.first(in -> in[0], Tensor.of(1f))));
  }
}
