package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.contract.GradCheck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients of slices of one tensor: joined where they make it up, added up where not. */
class GradientPartsTest {
  private static Tensor numbers() {
    return Tensor.arange(12).to(DType.FLOAT64).sin().reshape(2, 6);
  }

  /** A product of slices of x, which is no leaf. */
  private static void check(long[]... ranges) {
    OnReference.run(() -> {
      GradCheck.Function function = in -> {
        var x = in[0].mul(in[0]).exp();
        Tensor y = null;
        for (var range : ranges) {
          var part = x.slice(1, range[0], range[1], range[2]).sin();
          y = y == null ? part : y.mul(part);
        }
        return y;
      };
      GradCheck.first(function, numbers());
      GradCheck.second(function, numbers());
    });
  }

  @Test
  void thatMakeUpTheWhole() {
    check(new long[]{0, 2, 1}, new long[]{2, 4, 1}, new long[]{4, 6, 1});
    check(new long[]{4, 6, 1}, new long[]{0, 2, 1}, new long[]{2, 4, 1});
  }

  @Test
  void thatOverlapOrLeaveOut() {
    check(new long[]{0, 3, 1}, new long[]{2, 5, 1});
    check(new long[]{0, 2, 1}, new long[]{4, 6, 1});
    check(new long[]{1, 3, 1});
    check(new long[]{0, 6, 2}, new long[]{3, 6, 1});
  }

  @Test
  void besideTheWholeItselfAndAlongOtherDimensions() {
    OnReference.run(() -> {
      GradCheck.Function function = in -> {
        var x = in[0].exp();
        var halves = x.chunk(2, 1);
        var rows = x.chunk(2, 0);
        return halves[0].mul(halves[1]).sum().add(x.sin().sum()).add(rows[0].mul(rows[1]).sum());
      };
      GradCheck.first(function, numbers());
      GradCheck.second(function, numbers());
    });
  }

  @Test
  void aHookSeesTheWholeOnce() {
    OnReference.run(() -> {
      var seen = new ArrayList<Shape>();
      var leaf = Tensor.ones(2, 4).requiresGrad();
      var x = leaf.mul(3);
      x.registerHook(g -> {
        seen.add(g.shape());
        return g.mul(2);
      });
      var halves = x.chunk(2, 1);
      halves[0].add(halves[1].mul(5)).sum().backward();
      assertEquals(List.of(Shape.of(2, 4)), seen);
      assertArrayEquals(new float[]{6, 6, 30, 30, 6, 6, 30, 30}, leaf.grad().toFloats());
    });
  }

  @Test
  void joinedLieAsThePartsDo() {
    OnReference.run(() -> {
      var channelsLast = Tensor.ones(2, 3, 4, 6).permute(0, 3, 1, 2).mul(1);
      assertEquals(Tensor.concat(1, channelsLast, channelsLast).view().layout().order()[3], 1);
      var leaf = channelsLast.detach().requiresGrad();
      var x = leaf.mul(2);
      var order = new ArrayList<Integer>();
      x.registerHook(g -> {
        order.add(g.view().layout().order()[3]);
        return g;
      });
      var halves = x.chunk(2, 1);
      halves[0].mul(halves[1]).sum().backward();
      assertEquals(List.of(1), order);
    });
  }
}
