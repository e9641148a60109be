package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.Shape;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionPathsTest {
  private record Sample(Shape x, Shape weight, ConvOptions options) {}

  private static final ConvOptions PLAIN = ConvOptions.defaults();

  private static final List<Sample> SAMPLES = List.of(
      new Sample(Shape.of(9, 1, 20, 20), Shape.of(32, 1, 3, 3), PLAIN),
      new Sample(Shape.of(20, 16, 10, 10), Shape.of(64, 16, 3, 3), PLAIN.padding(1)),
      new Sample(Shape.of(15, 9, 17, 16), Shape.of(16, 9, 3, 3), PLAIN.padding(1)),
      new Sample(Shape.of(4, 16, 13, 9), Shape.of(16, 16, 3, 3), PLAIN.padding(0, 2).stride(2, 1)),
      new Sample(Shape.of(9, 20, 9, 8), Shape.of(33, 20, 1, 1), PLAIN),
      new Sample(Shape.of(3, 8, 17, 16), Shape.of(20, 4, 3, 3), PLAIN.padding(1).stride(2).groups(2)),
      new Sample(Shape.of(5, 150, 11, 9), Shape.of(150, 1, 3, 3), PLAIN.padding(1).stride(2).groups(150)),
      new Sample(Shape.of(1, 150, 24, 24), Shape.of(33, 150, 3, 3), PLAIN.dilation(2)));

  /** Result and gradients. */
  private static Results results(Sample sample, int threads, KernelCompiler.Mode mode) {
    return Results.of(threads, mode, random -> {
      var x = Results.tensor(sample.x, random).requiresGrad();
      var weight = Results.tensor(sample.weight, random).requiresGrad();
      var bias = Results.tensor(Shape.of(sample.weight.size(0)), random);
      var y = x.conv2d(weight, bias, sample.options);
      y.backward(Results.tensor(y.shape(), random));
      return List.of(y, x.grad(), weight.grad());
    });
  }

  @Test
  void theSameBitsOnAnyNumberOfThreadsAndFromEveryKernel() {
    for (var sample : SAMPLES) {
      var expected = results(sample, 1, KernelCompiler.Mode.NEVER);
      for (int threads = 1; threads <= 5; threads += 2) {
        results(sample, threads, KernelCompiler.Mode.AT_ONCE).assertSameAs(expected,
            sample + ", " + threads + " threads");
      }
    }
  }

  @Test
  void placesAreSortedByTheTapsThatTheySee() {
    // kernel 3, stride 1, padding 1 over 5 elements: the first and the last place lack a tap
    var same = WindowAxis.forward(new Window.Axis(3, 1, 1, 1, 1), 5);
    assertEquals(3, same.size());
    assertArrayEquals(new int[]{1, 2}, same.get(0).taps());
    assertArrayEquals(new long[]{0}, same.get(0).source());
    assertArrayEquals(new long[]{1, 2, 3}, same.get(1).target());
    assertArrayEquals(new long[]{0, 1, 2}, same.get(1).source());
    assertArrayEquals(new int[]{0, 1}, same.get(2).taps());
    // stride 2 going back: even and odd elements see different taps
    var back = WindowAxis.backward(new Window.Axis(3, 2, 0, 0, 1), 7);
    assertArrayEquals(new int[]{0}, back.get(0).taps());
    assertArrayEquals(new int[]{1}, back.get(1).taps());
    assertArrayEquals(new long[]{1, 3, 5}, back.get(1).target());
    assertArrayEquals(new int[]{0, 2}, back.get(2).taps());
    assertArrayEquals(new long[]{0, -1}, back.get(2).tapAt());
  }

  @Test
  void allPlacesAreComputedOnceByTheParts() {
    for (long images : new long[]{1, 3, 40}) {
      for (int size : new int[]{1, 4, 30, 90}) {
        var axis = WindowAxis.forward(new Window.Axis(3, 1, 1, 1, 1), size);
        var classes = WindowClass.of(List.of(axis, axis), new long[]{3, 3}, new long[]{size * 4L, 4},
            new long[]{size * 4L, 4});
        var plan = new GatherPlan(classes, 9,
            new GatherPlan.Sizes(images, 1, 40, 1, size * size * 4L, size * size * 4L));
        var seen = new ArrayList<Long>();
        for (int part = 0; part < plan.parts(); part++) {
          for (var segment : plan.segments(part)) {
            var places = plan.places(part, segment.kind());
            for (int p = segment.from(); p < segment.to(); p++)
              seen.add(plan.image(part) * size * size * 4
                  + Memory.getLong(places.cRows() + (long) p * IndexedKernel.ROW));
          }
        }
        var expected = new long[(int) images * size * size];
        Arrays.setAll(expected, i -> i * 4L);
        assertArrayEquals(expected, seen.stream().mapToLong(Long::longValue).sorted().toArray());
      }
    }
  }
}
