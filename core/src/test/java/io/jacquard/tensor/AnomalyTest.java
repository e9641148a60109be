package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Device;
import org.junit.jupiter.api.Test;

/** The first value that is not finite is named, with the place where it arose. */
class AnomalyTest {
  private static final class Root extends Module {
    @Override
    protected Tensor forward(Tensor x) {
      return x.sqrt();
    }
  }

  private static String message(Runnable body) {
    var message = assertThrows(JacquardException.class, () -> Anomaly.detect(body)).getMessage();
    assertTrue(message.length() < 500, message);
    return message;
  }

  private static void assertContains(String message, String... parts) {
    for (var part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void forwardNamesOpLayerAndIndex() {
    OnReference.run(() -> {
      var model = Sequential.of(new Linear(2, 2), Sequential.of(new Root()));
      var first = (Linear) model.children().get("0");
      first.weight().assign(Tensor.of(new float[][]{{1, 0}, {0, 1}}));
      first.bias().assign(Tensor.zeros(2));
      var message = message(() -> model.call(Tensor.of(new float[][]{{1, 2}, {4, -9}})));
      assertContains(message, "sqrt gave NaN at [1, 1] of [2, 2] in the forward pass",
          "Layer '1.0', Root(): Anomaly",
          "Its inputs are finite");
      assertContains(message(() -> new Root().call(Tensor.of(-1f))), "in the forward pass, in Root().");
    });
  }

  @Test
  void backwardNamesTheForwardOpsRuleAndLayer() {
    OnReference.run(() -> {
      var model = Sequential.of(new Linear(2, 2, false), new Root());
      var first = (Linear) model.children().get("0");
      first.weight().assign(Tensor.zeros(2, 2));
      var message = message(() -> model.call(Tensor.ones(1, 2)).sum().backward());
      assertContains(message, "the gradient rule of sqrt gave", "at [0, 0] of [1, 2] in the backward pass",
          "sqrt was recorded in layer '1', Root()");
      // Without the mode nothing is looked at.
      model.call(Tensor.ones(1, 2)).sum().backward();
    });
  }

  @Test
  void aGradientThatIsWrittenStraightToItsPlaceIsLookedAtToo() {
    OnReference.run(() -> {
      var layer = new Linear(1, 1, false);
      SGD.of(1).over(layer);
      layer.weight().assign(Tensor.of(new float[][]{{1e-30f}}));
      var x = Tensor.of(new float[][]{{1e30f}});
      var message = message(() -> layer.call(x).mul(1e30).sum().backward());
      assertContains(message, "Infinity at [0, 0] of [1, 1] in the backward pass");
    });
  }

  @Test
  void whatCameInIsSaid() {
    OnReference.run(() -> {
      var layer = new Linear(2, 2);
      layer.bias().assign(Tensor.of(0, Float.NaN));
      assertContains(message(() -> layer.call(Tensor.ones(1, 2))),
          "('bias' of Linear) holds NaN at [1] of [2]");
      var data = Tensor.of(1, Float.NaN);
      assertContains(message(() -> data.mul(2)), "Its input 0 holds NaN at [1] of [2] already");
    });
  }

  @Test
  void infinitiesThatAreMeantPass() {
    OnReference.run(() -> {
      var scores = Tensor.of(1f, 2, 3).requiresGrad();
      var mask = Tensor.of(0, 0, Float.NEGATIVE_INFINITY);
      var p = Anomaly.detect(() -> {
        var y = scores.add(mask).softmax(0);
        y.square().sum().backward();
        return y;
      });
      assertEquals(0, p.toFloats()[2]);
      Anomaly.detect(() -> {
        Tensor.fuse(v -> v.gt(1).where(v.constantFor(Double.POSITIVE_INFINITY), v), scores);
      });
      assertContains(message(() -> Tensor.of(1e30f).mul(1e30)), "mul gave Infinity at [0] of [1]");
      assertContains(message(() -> mask.sub(mask)), "sub gave NaN at [2]", "holds -Infinity at [2]");
    });
  }

  @Test
  void lookingChangesNothing() {
    OnReference.run(() -> {
      var model = Sequential.of(new Linear(3, 4), new Dropout(0.3), new Linear(4, 1));
      var x = Tensor.ones(5, 3);
      var plain = new float[2][];
      for (int i = 0; i < 2; i++) {
        boolean looking = i == 1;
        Generator.with(new Generator(1), () -> {
          model.parameters().forEach(p -> p.leaf().clear());
          Runnable body = () -> Checkpoint.of(model::call, x).square().sum().backward();
          if (looking) {
            Anomaly.detect(body);
          } else {
            body.run();
          }
        });
        plain[i] = model.parameters().getFirst().grad().toFloats();
      }
      assertArrayEquals(plain[0], plain[1]);
      long before = Device.current().memory().liveBytes();
      try (var _ = Scope.open()) {
        message(() -> model.call(Tensor.of(new float[][]{{1, 2, Float.NaN}})));
      }
      assertEquals(before, Device.current().memory().liveBytes());
    });
  }

  @Test
  void aLayerInsideOfACheckpointHasItsWholePath() {
    OnReference.run(() -> {
      var block = Sequential.of(new Root());
      var model = new Module() {
        final Module inner = add("inner", Sequential.of(block));

        @Override
        protected Tensor forward(Tensor x) {
          return Checkpoint.of(inner::call, x);
        }
      };
      var x = Tensor.zeros(2).requiresGrad();
      assertContains(message(() -> Sequential.of(model).call(x).sum().backward()),
          "layer '0.inner.0.0', Root()");
    });
  }
}
