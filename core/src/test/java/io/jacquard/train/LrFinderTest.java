package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.optim.SGD;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import org.junit.jupiter.api.Test;

class LrFinderTest {
  private static Dataset line(int count) {
    var x = Tensor.of(Generator.current().uniform(count, -1, 1), Shape.of(count, 1));
    return new TensorDataset(x, x.mul(2).contiguous());
  }

  @Test
  void theRateIsWhereTheLossFallsFastest() {
    OnReference.run(() -> {
      var found = LrFinder.find(Trainer.of(new Linear(1, 1)).loss(Loss.mse()).optimizer(SGD.of(1)), line(40),
          8);
      int steps = found.rates().length;
      assertEquals(steps, found.losses().length);
      assertTrue(steps > 100 && steps <= 200, steps + " steps");
      assertEquals(1e-6, found.rates()[0], 1e-12);
      for (int i = 1; i < steps; i++)
        assertEquals(Math.pow(1e7, 1 / 199.0), found.rates()[i] / found.rates()[i - 1], 1e-9);
      // With squares of about 1/3 a rate of 3 is the largest that converges; it takes about 1/rate steps to
      // learn.
      assertTrue(found.suggestion() > 3e-3 && found.suggestion() < 3, found.suggestion() + "");
    });
  }

  @Test
  void whereNothingIsLearnedThereIsNoSuch() {
    OnReference.run(() -> {
      var model = new Linear(1, 1);
      model.weight().assign(Tensor.zeros(1, 1));
      model.bias().assign(Tensor.zeros(1));
      var nothing = new TensorDataset(Tensor.zeros(8, 1), Tensor.zeros(8, 1));
      var found = LrFinder.find(Trainer.of(model).loss(Loss.mse()).optimizer(SGD.of(1)), nothing, 8);
      var error = assertThrows(JacquardException.class, found::suggestion);
      assertTrue(error.getMessage().startsWith("lr-find: the loss falls at no rate"), error.getMessage());
    });
  }
}
