package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Means of weights against the same in double precision, and what is done with them. */
class WeightAverageTest {
  /** Two layers with a buffer between. */
  private static final class Net extends Module {
    final Linear first = add("first", new Linear(3, 4));
    final Parameter mean = buffer("mean", Tensor.zeros(2));
    final Parameter count = buffer("count", Tensor.of(0L));
    final Linear second = add("second", new Linear(4, 2));

    @Override
    protected Tensor forward(Tensor x) {
      return second.call(first.call(x));
    }
  }

  private static void step(Net net, Optimizer optimizer, int number) {
    optimizer.zeroGrad();
    net.call(Tensor.ones(2, 3)).square().sum().backward();
    optimizer.step();
    net.mean.assign(Tensor.of(number, -number));
    net.count.assign(Tensor.of((long) number));
  }

  private static double[] values(Module net) {
    return Tensor.concat(0, net.parameters().stream().map(p -> p.value().flatten()).toArray(Tensor[]::new))
        .to(DType.FLOAT64).toDoubles();
  }

  private static double[] means(WeightAverage average, Net net) {
    var all = average.values();
    return Tensor.concat(0, net.namedParameters().keySet().stream().map(k -> all.get(k).flatten())
        .toArray(Tensor[]::new)).to(DType.FLOAT64).toDoubles();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.9, 0.3, Double.NaN})
  void theMeanIsThatOfTheFormula(double decay) {
    for (boolean laidOut : new boolean[]{true, false}) {
      OnReference.run(() -> {
        var net = new Net();
        var average = Double.isNaN(decay) ? WeightAverage.of(net) : WeightAverage.ema(net, decay);
        if (!laidOut) average.prepare(); // so the parameters move into an arena behind its back
        var optimizer = SGD.of(0.05).over(net);
        var expected = new double[0];
        for (int n = 1; n <= 5; n++) {
          step(net, optimizer, n);
          average.update();
          var now = values(net);
          if (n == 1) expected = now.clone();
          for (int i = 0; i < now.length; i++) {
            double share = n == 1 ? 1 : Double.isNaN(decay) ? 1.0 / n : 1 - decay;
            expected[i] += share * (now[i] - expected[i]);
          }
          assertArrayEquals(expected, means(average, net), 1e-6);
        }
        assertEquals(5, average.updates());
      });
    }
  }

  @Test
  void applyingPutsTheMeanInAndTheWeightsBack() {
    OnReference.run(() -> {
      var net = new Net();
      var optimizer = Adam.of(0.05).over(net);
      var average = WeightAverage.ema(net, 0.5);
      assertThrows(JacquardException.class, average::applied);
      for (int n = 1; n <= 3; n++) {
        step(net, optimizer, n);
        average.update();
      }
      var own = values(net);
      var mean = means(average, net);
      assertFalse(Arrays.equals(own, mean));
      long held = Device.current().memory().liveBytes();
      try (var _ = average.applied(); var _ = Scope.open()) {
        assertArrayEquals(mean, values(net));
        assertThrows(JacquardException.class, average::update);
        assertThrows(JacquardException.class, average::applied);
      }
      assertEquals(held, Device.current().memory().liveBytes());
      assertArrayEquals(own, values(net));
    });
  }

  @Test
  void aGradientAcrossAnExchangeIsRefused() {
    OnReference.run(() -> {
      var net = new Net();
      var average = WeightAverage.of(net);
      average.update();
      var loss = net.call(Tensor.ones(1, 3)).square().sum();
      average.applied().close();
      assertThrows(JacquardException.class, loss::backward);
    });
  }

  @Test
  void buffersAreTheModelsOwnOrAveragedIfAsked() {
    OnReference.run(() -> {
      var net = new Net();
      var optimizer = SGD.of(0.05).over(net);
      var plain = WeightAverage.of(net);
      var all = WeightAverage.of(net).withBuffers();
      for (int n = 1; n <= 3; n++) {
        step(net, optimizer, n);
        plain.update();
        all.update();
      }
      assertArrayEquals(new float[]{3, -3}, plain.values().get("mean").toFloats());
      assertArrayEquals(new float[]{2, -2}, all.values().get("mean").toFloats(), 1e-6f);
      assertEquals(3, all.values().get("count").item(), "integers are not averaged");
      try (var _ = all.applied()) {
        assertArrayEquals(new float[]{2, -2}, net.mean.value().toFloats(), 1e-6f);
      }
      assertArrayEquals(new float[]{3, -3}, net.mean.value().toFloats());
      assertThrows(JacquardException.class, plain::withBuffers);
    });
  }

  @Test
  void aLoadedMeanGoesOn() {
    OnReference.run(() -> {
      var net = new Net();
      var optimizer = SGD.of(0.05).over(net);
      var whole = WeightAverage.of(net);
      var later = WeightAverage.of(net);
      for (int n = 1; n <= 4; n++) {
        step(net, optimizer, n);
        whole.update();
        if (n == 2) later.loadStateDict(whole.stateDict());
        if (n > 2) later.update();
      }
      assertEquals(4, later.updates());
      assertArrayEquals(means(whole, net), means(later, net));
      var keys = List.copyOf(whole.stateDict().keySet());
      assertEquals("n_averaged", keys.getFirst());
      assertTrue(keys.containsAll(List.of("module.first.weight", "module.mean", "module.second.bias")));

      var other = new Net();
      other.loadStateDict(whole.values());
      assertArrayEquals(means(whole, net), values(other));

      var wrong = new LinkedHashMap<>(whole.stateDict());
      wrong.put("module.first.bias", Tensor.zeros(5));
      var before = means(later, net);
      var error = assertThrows(JacquardException.class, () -> later.loadStateDict(wrong));
      assertTrue(error.getMessage().contains("module.first.bias is of shape [5], expected one of shape [4]"),
          error.getMessage());
      assertArrayEquals(before, means(later, net));
    });
  }

  @Test
  void aFrozenAndAForeignParameterOfTheArenaAreLeftAlone() {
    OnReference.run(() -> {
      var net = new Net();
      var other = new Linear(2, 2);
      var all = new ArrayList<>(List.of(net.first.weight(), other.weight()));
      all.addAll(net.second.parameters());
      SGD.of(1).over(all);
      net.first.freeze();
      var average = WeightAverage.of(net);
      average.update();
      other.weight().assign(Tensor.full(Shape.of(2, 2), DType.FLOAT32, 7));
      try (var _ = average.applied()) {
        assertArrayEquals(new float[]{7, 7, 7, 7}, other.weight().value().toFloats());
      }
      assertArrayEquals(new float[]{7, 7, 7, 7}, other.weight().value().toFloats());
      assertThrows(JacquardException.class, () -> WeightAverage.ema(net, 1.5));
    });
  }
}
