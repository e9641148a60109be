package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Tanh;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is computed twice gives the same bits as what is kept, in less memory. */
class CheckpointTest {
  private static Sequential block(int width) {
    return Sequential.of(new Linear(width, width), new Tanh(), new Dropout(0.4), new Linear(width, width),
        new Tanh());
  }

  /** Loss and gradients of x and of all parameters. */
  private static List<float[]> run(List<? extends Module> blocks, Tensor x,
      BiFunction<Module, Tensor, Tensor> call) {
    var results = new ArrayList<float[]>();
    Generator.with(new Generator(9), () -> {
      try (var _ = Scope.open()) {
        var input = x.detach().requiresGrad();
        var h = input;
        for (var block : blocks) h = call.apply(block, h);
        var loss = h.square().mean();
        loss.backward();
        results.add(loss.toFloats());
        results.add(input.grad().toFloats());
        for (var block : blocks) {
          for (var p : block.parameters()) {
            results.add(p.grad().toFloats());
            p.leaf().clear();
          }
        }
        results.add(new float[]{Generator.current().drawsInStep()});
      }
    });
    return results;
  }

  private static void assertSame(List<float[]> expected, List<float[]> found) {
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i), found.get(i), "result " + i);
  }

  private static Tensor input(int rows, int width) {
    return Tensor.of(Generator.current().normal(rows * width), Shape.of(rows, width));
  }

  @Test
  void gradientsAndMasksAreTheSameBits() {
    OnReference.run(() -> {
      var blocks = List.of(block(4), block(4), block(4));
      var x = input(5, 4);
      var plain = run(blocks, x, Module::call);
      assertSame(plain, run(blocks, x, (m, h) -> Checkpoint.of(m::call, h)));
      assertSame(plain, run(blocks, x, (m, h) -> m == blocks.get(1) ? Checkpoint.of(m::call, h) : m.call(h)));
    });
  }

  @Test
  void nestedOnesToo() {
    OnReference.run(() -> {
      var blocks = List.of(block(3), block(3));
      var x = input(4, 3);
      UnaryOperator<Tensor> inner = blocks.get(0)::call;
      var both = List.of(Sequential.of(blocks.get(0), blocks.get(1)));
      var plain = run(both, x, Module::call);
      assertSame(plain, run(both, x, (m, h) -> Checkpoint.of(
          v -> Checkpoint.of(w -> Checkpoint.of(blocks.get(1)::call, w), Checkpoint.of(inner, v)), h)));
    });
  }

  @Test
  void memoryOfADeepStackStaysThatOfItsInputs() {
    OnReference.run(() -> {
      var blocks = new ArrayList<Sequential>();
      for (int i = 0; i < 24; i++) blocks.add(block(8));
      var x = input(64, 8);
      run(blocks, x, Module::call); // parameters' gradients have their memory now
      long kept = peak(() -> run(blocks, x, Module::call));
      long again = peak(() -> run(blocks, x, (m, h) -> Checkpoint.of(m::call, h)));
      assertTrue(again < 0.5 * kept, again + " of " + kept + " bytes");
    });
  }

  /** The most bytes that live while {@code body} runs. */
  private static long peak(Runnable body) {
    var device = Device.current();
    var pool = device.separateMemory();
    device.record(pool, body);
    long peak = pool.peakBytes();
    pool.retire();
    return peak;
  }

  @Test
  void anInputWithoutGradientStillGivesParametersTheirs() {
    OnReference.run(() -> {
      var layer = new Linear(3, 2);
      var x = input(4, 3);
      layer.call(x).square().sum().backward();
      var expected = layer.weight().grad().toFloats();
      layer.parameters().forEach(p -> p.leaf().clear());
      var y = Checkpoint.of(layer::call, x);
      assertTrue(y.isRecorded());
      y.square().sum().backward();
      assertArrayEquals(expected, layer.weight().grad().toFloats());
      layer.freeze();
      assertFalse(Checkpoint.of(layer::call, x).isRecorded());
      try (var _ = GradMode.noGrad()) {
        assertFalse(Checkpoint.of(layer::call, x.requiresGrad()).isRecorded());
      }
    });
  }

  @Test
  void whatAFunctionCapturesGetsItsGradientToo() {
    OnReference.run(() -> {
      var a = Tensor.of(2f, 3f).requiresGrad();
      var b = Tensor.of(5f, 7f).requiresGrad();
      var inside = b.mul(2); // of the outer graph, which must be walked once
      var y = Checkpoint.of(v -> v.mul(inside).mul(inside), a);
      y.add(inside).sum().backward();
      assertArrayEquals(new float[]{100, 196}, a.grad().toFloats());
      assertArrayEquals(new float[]{2 * (2 * 2 * 10) + 2, 2 * (2 * 3 * 14) + 2}, b.grad().toFloats());
    });
  }

  @Test
  void gradientsAsValuesAndSecondOnes() {
    OnReference.run(() -> {
      var x = Tensor.scalar(3f).requiresGrad();
      var w = Tensor.scalar(2f).requiresGrad();
      var y = Checkpoint.of(v -> v.pow(3).mul(w), x);
      var dy = Gradients.createGraph(y, List.of(x, w));
      assertEquals(54, dy.get(0).item());
      assertEquals(27, dy.get(1).item());
      assertEquals(36, Gradients.createGraph(dy.get(0), x).item());
      assertEquals(27, Gradients.of(dy.get(0), w).item());
      var z = Checkpoint.of(v -> v.mul(v), x);
      z.backward(true);
      z.backward();
      assertEquals(12, x.grad().item());
      assertThrows(JacquardException.class, z::backward);
    });
  }

  @Test
  void severalInputs() {
    OnReference.run(() -> {
      var a = Tensor.of(2f, 3f).requiresGrad();
      var b = Tensor.of(5f, 7f);
      var c = Tensor.of(1f, 4f).requiresGrad();
      Checkpoint.ofAll(in -> in[0].mul(in[1]).add(in[2].square()), a, b, c).sum().backward();
      assertArrayEquals(new float[]{5, 7}, a.grad().toFloats());
      assertArrayEquals(new float[]{2, 8}, c.grad().toFloats());
      CheckpointTest.assertSame(List.of(a.toFloats()), List.of(Checkpoint.of(v -> v, a).toFloats()));
      Checkpoint.of(v -> v.reshape(2, 1), a).sum().backward();
      assertArrayEquals(new float[]{6, 8}, a.grad().toFloats());
    });
  }

  @Test
  void runningStatisticsRunOnce() {
    OnReference.run(() -> {
      var plain = new BatchNorm1d(3);
      var checked = new BatchNorm1d(3);
      var x = input(6, 3).requiresGrad();
      plain.call(x).square().sum().backward();
      var expected = x.grad().toFloats();
      x.grad();
      var y = Tensor.of(x.toFloats(), x.shape()).requiresGrad();
      var first = Checkpoint.of(checked::call, y);
      Checkpoint.of(checked::call, y); // running on between forward and backward is no obstacle
      plain.call(x);
      first.square().sum().backward();
      assertArrayEquals(expected, y.grad().toFloats());
      plain.stateDict().forEach((key, tensor) -> assertArrayEquals(tensor.toFloats(),
          checked.stateDict().get(key).toFloats(), key));
      assertFalse(Checkpoint.isRecomputing());
    });
  }

  @Test
  void whatCannotBeComputedAgainIsRefused() {
    OnReference.run(() -> {
      var layer = new Linear(3, 3);
      var x = input(4, 3).requiresGrad();
      SGD.of(0.1).over(layer);
      var y = Checkpoint.of(layer::call, x).sum();
      layer.weight().assign(Tensor.zeros(3, 3));
      var changed = assertThrows(JacquardException.class, y::backward);
      assertTrue(changed.getMessage().contains("'weight' of Linear was changed"), changed.getMessage());

      var dropout = new Dropout(0.5);
      var z = Checkpoint.of(dropout::call, x).sum();
      Generator.current().beginStep();
      var moved = assertThrows(JacquardException.class, z::backward);
      assertTrue(moved.getMessage().contains("a new step began"), moved.getMessage());

      var calls = new int[1];
      var other = Checkpoint.of(v -> calls[0]++ == 0 ? v.mul(2) : dropout.call(v), x).sum();
      assertThrows(JacquardException.class, other::backward);
      var error = assertThrows(JacquardException.class, () -> Checkpoint.of(v -> {
        throw new JacquardException("inside");
      }, x));
      assertEquals("inside", error.getMessage());
      assertTrue(Checkpoint.of(layer::call, x).isRecorded(), "all is as before");
      assertEquals(2, assertFails(x));
    });
  }

  /** An exception in the second computation leaves the generator where it was. */
  private static long assertFails(Tensor x) {
    Generator.current().beginStep();
    var dropout = new Dropout(0.5);
    var calls = new int[1];
    var y = Checkpoint.of(v -> {
      if (calls[0]++ == 1) throw new JacquardException("the second time");
      return dropout.call(v);
    }, x).sum();
    dropout.call(x);
    assertThrows(JacquardException.class, y::backward);
    return Generator.current().drawsInStep();
  }
}
