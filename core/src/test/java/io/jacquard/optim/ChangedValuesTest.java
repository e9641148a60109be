package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** A gradient needs the values of the forward pass; where they were changed since, it is refused, not computed wrongly. */
class ChangedValuesTest {
  private static void on(Runnable body) {
    Device.with(ReferenceBackend.device(), () -> {
      try (var _ = Scope.open()) {
        body.run();
      }
    });
  }

  @Test
  void aStepBetweenForwardAndBackwardIsRefused() {
    on(() -> {
      var first = new Linear(2, 3);
      var second = new Linear(3, 1);
      var optimizer = SGD.of(0.1).over(second);
      var x = Tensor.ones(4, 2);
      second.call(first.call(x)).sum().backward();
      var late = second.call(first.call(x)).sum();
      optimizer.step();
      var error = assertThrows(JacquardException.class, late::backward);
      assertTrue(error.getMessage().contains("step"), error.getMessage());
    });
  }

  @Test
  void anAssignmentIsSeenThroughViews() {
    on(() -> {
      var layer = new Linear(2, 3, false); // multiplies by a transposed view of its weight
      var x = Tensor.ones(4, 2).requiresGrad();
      var y = layer.call(x).sum();
      layer.weight().assign(Tensor.ones(3, 2));
      assertThrows(JacquardException.class, y::backward);
    });
  }

  @Test
  void aStepBeforeForwardIsFine() {
    on(() -> {
      var layer = new Linear(2, 3);
      var optimizer = SGD.of(0.1).over(layer);
      for (int i = 0; i < 3; i++) {
        optimizer.zeroGrad();
        layer.call(Tensor.ones(4, 2)).sum().backward();
        optimizer.step();
      }
      assertTrue(layer.weight().leaf().isTouched());
    });
  }

  @Test
  void theParameterAndTheOperationAreNamed() {
    on(() -> {
      var layer = new Linear(2, 3, false);
      var x = Tensor.ones(4, 2).requiresGrad();
      var y = layer.call(x).sum();
      layer.weight().assign(Tensor.ones(3, 2));
      var error = assertThrows(JacquardException.class, y::backward);
      assertTrue(error.getMessage().matches("backward through [a-z]+: its input 1, 'weight' of Linear, .*"),
          error.getMessage());
    });
  }

  @Test
  void buffersAndFrozenParametersAreWatchedToo() {
    on(() -> {
      var norm = new BatchNorm1d(2);
      norm.eval();
      var x = Tensor.ones(4, 2).requiresGrad();
      var y = norm.call(x).square().sum();
      norm.namedBuffers().get("running_mean").assign(Tensor.of(1f, 2f));
      var error = assertThrows(JacquardException.class, y::backward);
      assertTrue(error.getMessage().contains("'running_mean' of BatchNorm1d"), error.getMessage());

      var layer = new Linear(2, 3, false);
      layer.freeze();
      var z = layer.call(x).square().sum();
      layer.weight().assign(Tensor.ones(3, 2));
      assertThrows(JacquardException.class, z::backward);
    });
  }

  @Test
  void detachedHandlesShowTheSameMemory() {
    on(() -> {
      var layer = new Linear(2, 2, false);
      var x = Tensor.ones(2, 2).requiresGrad();
      var y = x.mul(layer.weight().value().detach().transpose(0, 1)).sum();
      layer.weight().assign(Tensor.zeros(2, 2));
      assertThrows(JacquardException.class, y::backward);
    });
  }

  @Test
  void aMaskCannotBeDrawnAgainFromABaseThatMovedOn() {
    on(() -> {
      var x = Tensor.ones(4, 2).requiresGrad();
      var y = new Dropout(0.5).call(x).sum();
      Generator.current().beginStep();
      var error = assertThrows(JacquardException.class, y::backward);
      assertTrue(error.getMessage().contains("random draws"), error.getMessage());
    });
  }
}
