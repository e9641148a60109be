package io.jacquard.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.Batch;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Sequential;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Trainer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How shares are drawn, and that batches stay batches; what is mixed is compared with PyTorch elsewhere. */
class MixTest {
  private static double[] shares(double alpha, int count) {
    var mix = Mix.mixUp(alpha, 10);
    var shares = new double[count];
    for (int i = 0; i < count; i++) shares[i] = mix.draw(3, 1, i)[1];
    return shares;
  }

  private static double mean(double[] values, int power) {
    double sum = 0;
    for (double v : values) sum += Math.pow(v - 0.5, power);
    return sum / values.length;
  }

  @Test
  void sharesHaveTheMomentsOfTheBetaDistribution() {
    for (double alpha : new double[]{0.2, 1, 3}) {
      var shares = shares(alpha, 20_000);
      double variance = 1 / (4 * (2 * alpha + 1));
      assertEquals(0, mean(shares, 1), 5 * Math.sqrt(variance / shares.length), "alpha " + alpha);
      assertEquals(variance, mean(shares, 2), 0.04 * variance, "alpha " + alpha);
      for (double share : shares) assertTrue(share >= 0 && share <= 1);
    }
  }

  @Test
  void numbersFollowFromSeedWalkAndBatch() {
    var mix = Mix.mixUp(1, 10).or(Mix.cutMix(1, 10));
    assertArrayEquals(mix.draw(1, 2, 3), mix.draw(1, 2, 3));
    assertNotEquals(mix.draw(1, 2, 3)[1], mix.draw(1, 2, 4)[1]);
    assertNotEquals(mix.draw(1, 2, 3)[1], mix.draw(1, 3, 3)[1]);
    int cuts = 0;
    for (int i = 0; i < 1000; i++) cuts += (int) mix.draw(1, 0, i)[0];
    assertEquals(500, cuts, 80);
  }

  @Test
  void labelsStillAddUpToOne() {
    OnReference.run(() -> {
      var batch = new Batch(Tensor.rand(6, 3, 8, 8), Tensor.of(0L, 1, 2, 3, 4, 0));
      for (var mix : new Mix[]{Mix.mixUp(0.4, 5), Mix.cutMix(1, 5)}) {
        var mixed = mix.of(batch);
        assertEquals(batch.x().shape(), mixed.x().shape());
        assertArrayEquals(new float[]{1, 1, 1, 1, 1, 1}, mixed.y().sum(1).toFloats(), 1e-6f);
        assertEquals(Shape.of(6, 5), mix.of(mixed).y().shape());
      }
    });
  }

  @Test
  void whatCannotBeMixedIsRefused() {
    OnReference.run(() -> {
      assertThrows(JacquardException.class, () -> Mix.mixUp(0, 10));
      assertThrows(JacquardException.class, () -> Mix.cutMix(1, 1));
      assertThrows(JacquardException.class, () -> Mix.mixUp(1, 10).or(Mix.cutMix(1, 9)));
      var rows = new Batch(Tensor.rand(4, 3), Tensor.of(0L, 1, 0, 1));
      assertEquals(Shape.of(4, 2), Mix.mixUp(1, 2).of(rows).y().shape());
      var e = assertThrows(JacquardException.class, () -> Mix.cutMix(1, 2).of(rows));
      assertTrue(e.getMessage().contains("[N, C, H, W]"), e.getMessage());
      e = assertThrows(JacquardException.class,
          () -> Mix.mixUp(1, 2).of(new Batch(rows.x(), Tensor.rand(4, 3))));
      assertTrue(e.getMessage().contains("floats [N, 2]"), e.getMessage());
    });
  }

  private static double trained(Mix mix) {
    var model = Sequential.of(new Flatten(), new Linear(16, 2));
    var x = Tensor.arange(24 * 16).remainder(31).to(DType.FLOAT32).div(31).reshape(24, 1, 4, 4);
    var y = Tensor.arange(24).remainder(2).unsqueeze(1).eq(Tensor.arange(2)).to(DType.FLOAT32);
    var history = Trainer.of(model).loss(Loss.crossEntropy()).mix(mix)
        .metric(Metric.sums("seen", (_, labels) -> labels.sum(), (sum, samples) -> sum[0] / samples))
        .fit(new TensorDataset(x, y), Fit.epochs(2).batchSize(4));
    assertEquals(Optional.empty(), history.notReplayed());
    assertEquals(1, history.epochs().getLast().value("seen"));
    return history.epochs().getLast().value("loss");
  }

  @Test
  void aTrainingMixesInStepsThatAreReplayed() {
    OnReference.run(() -> {
      double mixed = trained(Mix.mixUp(1, 2).or(Mix.cutMix(1, 2)));
      assertTrue(Double.isFinite(mixed));
    });
  }
}
