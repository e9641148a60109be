package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Anomaly;
import io.jacquard.tensor.Checkpoint;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Hook;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Checkpoints and hooks in steps that are replayed. */
class ReplayTest {
  private static Dataset data(int count) {
    var x = Tensor.of(Generator.current().normal(4 * count), Shape.of(count, 4));
    return new TensorDataset(x, x.mul(x).contiguous());
  }

  /** Blocks with dropout, each of which {@code run} runs. */
  private static final class Net extends Module {
    final Sequential first = add("first",
        Sequential.of(new Linear(4, 6), new BatchNorm1d(6), new ReLU(), new Dropout(0.3)));
    final Sequential second = add("second", Sequential.of(new Linear(6, 6), new ReLU(), new Dropout(0.3)));
    final Linear last = add("last", new Linear(6, 4));
    final boolean checkpoints;

    Net(boolean checkpoints) {
      this.checkpoints = checkpoints;
    }

    private Tensor run(UnaryOperator<Tensor> block, Tensor x) {
      return checkpoints ? Checkpoint.of(block, x) : block.apply(x);
    }

    @Override
    protected Tensor forward(Tensor x) {
      return last.call(run(second::call, run(first::call, x)));
    }
  }

  private static Trainer trainer(Module model) {
    return Trainer.of(model).loss(Loss.mse()).optimizer(Adam.of(0.01));
  }

  private static float[] values(Module model) {
    return Tensor.concat(0, model.parameters().stream().map(p -> p.value().flatten()).toArray(Tensor[]::new))
        .toFloats();
  }

  private static float[] fitted(Module model, Fit fit) {
    assertEquals(Optional.empty(), trainer(model).fit(data(72), fit.batchSize(8)).notReplayed());
    return values(model);
  }

  @Test
  void checkpointsInAReplayedStepGiveTheSameBits() {
    var plain = new float[1][];
    OnReference.run(() -> plain[0] = fitted(new Net(false), Fit.epochs(2)));
    OnReference.run(() -> assertArrayEquals(plain[0], fitted(new Net(true), Fit.epochs(2))));
  }

  @Test
  void hooksInAReplayedStepAndOneThatComesAndGoes() {
    var all = new float[3][];
    for (int run = 0; run < all.length; run++) {
      int mode = run; // 0: no hook, 1: gradients through a hook that negates twice, 2: one that is there for
                      // a while
      OnReference.run(() -> {
        var model = new Net(false);
        if (mode == 1) {
          model.last.weight().registerHook(g -> g.neg());
          model.last.registerForwardHook((_, _, y) -> {
            y.registerHook(g -> g.mul(1));
            return y;
          });
          model.last.weight().registerHook(g -> g.neg());
        }
        all[mode] = fitted(model, Fit.epochs(2).listener(new TrainingListener() {
          private Hook hook;

          @Override
          public void stepDone(Progress progress) {
            if (mode != 2 || progress.epoch() > 1) return;
            if (progress.step() == 6) hook = model.last.weight().registerHook(g -> g.mul(0));
            if (progress.step() == 7) hook.remove();
          }
        }));
      });
    }
    assertArrayEquals(all[0], all[1]);
    assertFalse(Arrays.equals(all[0], all[2]), "the hook was called for a step");
  }

  @Test
  void anomaliesOfAFitAreFound() {
    OnReference.run(() -> {
      var model = new Net(false);
      var broken = new Module() {
        final Net inner = add("inner", model);

        @Override
        protected Tensor forward(Tensor x) {
          return inner.call(x).mul(0).sqrt(); // whose gradient at 0 is infinite
        }
      };
      var error = assertThrows(JacquardException.class,
          () -> Anomaly.detect(() -> trainer(broken).fit(data(8), Fit.epochs(1))));
      assertTrue(error.getMessage().contains("the gradient rule of sqrt"), error.getMessage());
      var history = Anomaly.detect(() -> trainer(new Net(true)).fit(data(72), Fit.epochs(1).batchSize(8)));
      assertTrue(history.notReplayed().orElseThrow().contains("download"));
    });
  }
}
