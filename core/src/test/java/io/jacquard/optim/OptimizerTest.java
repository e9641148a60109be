package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.expr.Scalar;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Tanh;
import io.jacquard.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which parameters an optimizer changes, and how they lie in memory. */
class OptimizerTest {
  private static Sequential model() {
    return Sequential.of(new Linear(3, 5), new Tanh(), new Linear(5, 2));
  }

  private static void backward(Module model) {
    model.call(Tensor.ones(4, 3)).square().sum().backward();
  }

  private static long offset(Parameter p) {
    return p.value().view().layout().offset();
  }

  @Test
  void parametersLieOneAfterTheOtherAndKeepStridesAndValues() {
    OnReference.run(() -> {
      var model = model();
      var before = model.parameters().stream().map(p -> p.value().toFloats()).toList();
      SGD.of(0.1).over(model);
      var after = model.parameters();
      var buffer = after.getFirst().value().view().buffer();
      long next = 0;
      for (int i = 0; i < after.size(); i++) {
        var p = after.get(i);
        assertArrayEquals(before.get(i), p.value().toFloats());
        assertSame(buffer, p.value().view().buffer());
        assertEquals(next, offset(p), "no gap but up to the next 16 floats");
        next = (next + p.numel() + 15) / 16 * 16;
      }
      // A weight lies transposed, [in, out] in memory, before and after.
      assertEquals(1, after.getFirst().value().view().layout().stride(0));
      assertEquals(5, after.getFirst().value().view().layout().stride(1));
    });
  }

  @Test
  void gradientsAreWrittenToTheArenaAndKeepTheirPlace() {
    OnReference.run(() -> {
      var model = model();
      var optimizer = SGD.of(0.1).over(model);
      backward(model);
      var gradients = model.parameters().stream().map(Parameter::grad).toList();
      var buffer = gradients.getFirst().view().buffer();
      for (int i = 0; i < gradients.size(); i++) {
        var p = model.parameters().get(i);
        assertSame(buffer, gradients.get(i).view().buffer());
        assertEquals(p.value().view().layout(), gradients.get(i).view().layout());
      }
      var first = gradients.getFirst().toFloats();
      optimizer.zeroGrad();
      assertNull(model.parameters().getFirst().grad());
      backward(model);
      assertSame(gradients.getFirst(), model.parameters().getFirst().grad());
      assertArrayEquals(first, model.parameters().getFirst().grad().toFloats());
      backward(model);
      for (int i = 0; i < first.length; i++)
        assertEquals(2 * first[i], model.parameters().getFirst().grad().toFloats()[i], 1e-5, "added up");
    });
  }

  @Test
  void gradientsAreTheSameWithAndWithoutAnArena() {
    OnReference.run(() -> {
      var free = model();
      var laidOut = model();
      laidOut.loadStateDict(free.stateDict());
      SGD.of(0.1).over(laidOut);
      backward(free);
      backward(laidOut);
      for (int i = 0; i < free.parameters().size(); i++)
        assertArrayEquals(free.parameters().get(i).grad().toFloats(),
            laidOut.parameters().get(i).grad().toFloats());
    });
  }

  @Test
  void aGradientThatWasThereFirstIsStepped() {
    OnReference.run(() -> {
      var layer = new Linear(1, 1);
      layer.call(Tensor.ones(1, 1)).sum().backward();
      var before = layer.weight().value().item();
      var optimizer = SGD.of(0.5).over(layer);
      assertEquals(1, layer.weight().grad().item());
      optimizer.step();
      assertEquals(before - 0.5, layer.weight().value().item(), 1e-6);
    });
  }

  @Test
  void frozenParametersAreLeftAloneAndNotCounted() {
    OnReference.run(() -> {
      var model = model();
      var first = (Linear) model.children().get("0");
      var optimizer = Adam.of(0.1).withWeightDecay(0.5).over(model);
      first.freeze();
      var before = first.weight().value().toFloats();
      var head = ((Linear) model.children().get("2")).bias().value().toFloats();
      for (int step = 0; step < 3; step++) {
        optimizer.zeroGrad();
        backward(model);
        optimizer.step();
      }
      assertArrayEquals(before, first.weight().value().toFloats(), "neither stepped nor decayed");
      assertTrue(head[0] != ((Linear) model.children().get("2")).bias().value().toFloats()[0]);

      // Its first step after thawing is a first step: Adam's is lr * sign(g), whatever the others have
      // counted.
      first.unfreeze();
      optimizer.zeroGrad();
      backward(model);
      var gradient = first.weight().grad().toFloats();
      optimizer.step();
      var after = first.weight().value().toFloats();
      for (int i = 0; i < before.length; i++)
        assertEquals(before[i] - 0.1 * Math.signum(gradient[i] + 0.5 * before[i]), after[i], 1e-4);
    });
  }

  @Test
  void whatGotNoGradientIsNeitherMovedNorDecayed() {
    OnReference.run(() -> {
      var used = new Linear(2, 2);
      var unused = new Linear(2, 2);
      var model = Sequential.of(unused, used);
      var optimizer = SGD.of(0.1).withMomentum(0.9).withWeightDecay(0.5).over(model);
      var before = unused.weight().value().toFloats();
      used.call(Tensor.ones(1, 2)).sum().backward();
      optimizer.step();
      assertArrayEquals(before, unused.weight().value().toFloats());
      // A step without any gradient, also not of an earlier one, changes nothing.
      optimizer.zeroGrad();
      var now = used.weight().value().toFloats();
      optimizer.step();
      assertArrayEquals(now, used.weight().value().toFloats());
    });
  }

  @Test
  void twoOptimizersOfDisjointSets() {
    OnReference.run(() -> {
      var a = new Linear(2, 2, false);
      var b = new Linear(2, 2, false);
      var model = Sequential.of(a, b);
      var slow = SGD.of(0.01).over(a);
      var fast = SGD.of(0.1).over(b);
      assertTrue(a.weight().laidOutBy() != b.weight().laidOutBy());
      var a0 = a.weight().value().toFloats();
      var b0 = b.weight().value().toFloats();
      model.call(Tensor.ones(1, 2)).sum().backward();
      slow.step();
      assertArrayEquals(stepped(a0, a, 0.01), a.weight().value().toFloats(), 1e-6f);
      assertArrayEquals(b0, b.weight().value().toFloats());
      fast.step();
      assertArrayEquals(stepped(b0, b, 0.1), b.weight().value().toFloats(), 1e-6f);
    });
  }

  private static float[] stepped(float[] before, Linear layer, double lr) {
    var gradient = layer.weight().grad().toFloats();
    var after = new float[before.length];
    for (int i = 0; i < after.length; i++) after[i] = (float) (before[i] - lr * gradient[i]);
    return after;
  }

  @Test
  void twoOptimizersOfOverlappingSets() {
    OnReference.run(() -> {
      var a = new Linear(2, 2, false);
      var b = new Linear(2, 2, false);
      var c = new Linear(2, 2, false);
      var both = SGD.of(0.1).over(Sequential.of(a, b));
      var place = offset(b.weight());
      var owner = b.weight().laidOutBy();
      var rest = SGD.of(1).over(List.of(b.weight(), c.weight()));
      assertSame(owner, b.weight().laidOutBy(), "an optimizer never moves what another has laid out");
      assertEquals(place, offset(b.weight()));
      var a0 = a.weight().value().toFloats();
      var b0 = b.weight().value().toFloats();
      var c0 = c.weight().value().toFloats();
      Sequential.of(a, b, c).call(Tensor.ones(1, 2)).sum().backward();
      rest.step();
      assertArrayEquals(a0, a.weight().value().toFloats());
      assertArrayEquals(stepped(b0, b, 1), b.weight().value().toFloats(), 1e-6f);
      assertArrayEquals(stepped(c0, c, 1), c.weight().value().toFloats(), 1e-6f);
      both.step();
      assertArrayEquals(stepped(a0, a, 0.1), a.weight().value().toFloats(), 1e-6f);
      assertArrayEquals(stepped(b0, b, 1.1), b.weight().value().toFloats(), 1e-5f);
    });
  }

  @Test
  void tiedParametersAreSteppedOnce() {
    OnReference.run(() -> {
      var shared = new Linear(2, 2, false);
      var optimizer = SGD.of(0.1).over(List.of(shared.weight(), shared.weight()));
      assertEquals(1, optimizer.parameters().size());
      var before = shared.weight().value().toFloats();
      Sequential.of(shared, shared).call(Tensor.ones(1, 2)).sum().backward();
      // The gradient has a share from each use: x = 1, h = W x, y = W h; dW = g h^T + W^T g x^T with g = 1.
      float w00 = before[0];
      float w01 = before[1];
      float w10 = before[2];
      float w11 = before[3];
      float[] gradient = {w00 + w01 + w00 + w10, w10 + w11 + w00 + w10, w00 + w01 + w01 + w11,
          w10 + w11 + w01 + w11};
      assertArrayEquals(gradient, shared.weight().grad().toFloats(), 1e-5f);
      optimizer.step();
      assertArrayEquals(stepped(before, shared, 0.1), shared.weight().value().toFloats(), 1e-6f);
    });
  }

  @Test
  void countersArePerParameter() {
    OnReference.run(() -> {
      var a = new Linear(1, 1, false);
      var b = new Linear(1, 1, false);
      var optimizer = Adam.of(0.1).over(Sequential.of(a, b));
      for (int step = 0; step < 5; step++) {
        optimizer.zeroGrad();
        a.call(Tensor.ones(1, 1)).sum().backward();
        optimizer.step();
      }
      var before = b.weight().value().item();
      optimizer.zeroGrad();
      a.call(Tensor.ones(1, 1)).add(b.call(Tensor.full(Shape.of(1, 1), DType.FLOAT32, 7)))
          .sum().backward();
      optimizer.step();
      assertEquals(before - 0.1, b.weight().value().item(), 1e-5, "b's first step");
    });
  }

  @Test
  void parametersOfTwoDevicesAreSteppedEachOnItsOwn() {
    OnReference.run(() -> {
      var here = new Linear(1, 1, false);
      var there = new Linear(1, 1, false);
      var other = ReferenceBackend.device();
      there.to(other);
      var optimizer = SGD.of(1).over(List.of(here.weight(), there.weight()));
      double a = here.weight().value().item();
      double b = there.weight().value().item();
      here.call(Tensor.ones(1, 1)).sum().backward();
      there.call(Tensor.ones(1, 1).to(other)).sum().backward();
      optimizer.step();
      assertEquals(a - 1, here.weight().value().item(), 1e-6);
      assertEquals(b - 1, there.weight().value().item(), 1e-6);
      var error = assertThrows(JacquardException.class, () -> here.to(other));
      assertTrue(error.getMessage().contains("belongs to an optimizer"), error.getMessage());
    });
  }

  @Test
  void nothingToTrainIsRefused() {
    OnReference.run(() -> {
      var error = assertThrows(JacquardException.class, () -> Adam.of(1e-3).over(new Tanh()));
      assertTrue(error.getMessage().contains("no parameter to train"), error.getMessage());
    });
  }

  @Test
  void aRuleOfOnesOwn() {
    record SignDescent(double lr) implements Rule {
      @Override
      public Scalar[] update(Update u) {
        return new Scalar[]{u.parameter().sub(u.lr().mul(u.gradient().sign()))};
      }
    }
    OnReference.run(() -> {
      var layer = new Linear(1, 1, false);
      double before = layer.weight().value().item();
      var optimizer = new SignDescent(0.25).over(layer);
      layer.call(Tensor.ones(3, 1)).sum().backward();
      assertNotNull(layer.weight().grad());
      optimizer.step();
      assertEquals(before - 0.25, layer.weight().value().item(), 1e-6);
    });
  }
}
