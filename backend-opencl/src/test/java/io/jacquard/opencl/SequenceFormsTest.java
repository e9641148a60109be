package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attention and recurrent layers as they are made for GPUs (blocks in shared memory; steps that are launches, and steps that
 * a work-group takes by itself; 64-bit positions), forward and backward, beside the CPU backend's.
 */
class SequenceFormsTest extends FormsTest {
  private static final Tuning GPU = new Tuning(256, 256, 48 << 10, false, null, false);
  /** Small groups, so that units of a state are shared out among several, and little memory: kernels compile sooner. */
  private static final Tuning SMALL = new Tuning(16, 16, 2 << 10, true, new MatmulTile(true, 4, 4, 2, 2, 4),
      false);
  private static final double TOLERANCE = 5e-6;

  SequenceFormsTest() {
    super(GPU, SMALL);
  }

  /** @param turned whether heads are views of what lies [batch, place, head, number] */
  private record Attention(int on, long queries, long keys, long width, long values, boolean causal,
      @Nullable DType mask, double dropout, boolean turned) {}

  private static Stream<Attention> attentions() {
    return Stream.of(new Attention(1, 21, 27, 5, 19, true, DType.BOOL, 0.3, true),
        new Attention(0, 40, 33, 5, 19, false, null, 0, false)); // an item has 4 x 4 scores
  }

  @ParameterizedTest
  @MethodSource("attentions")
  void attentionIsTheCpus(Attention sample) {
    compare(run(cpu, sample), run(devices.get(sample.on), sample));
  }

  private static List<double[]> run(Device device, Attention s) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var random = new SplittableRandom(5);
        var leaves = new ArrayList<Tensor>();
        leaves.add(heads(random, s, s.queries, s.width));
        leaves.add(heads(random, s, s.keys, s.width));
        leaves.add(heads(random, s, s.keys, s.values));
        var in = new ArrayList<Tensor>();
        for (var leaf : leaves) in.add(s.turned ? leaf.transpose(1, 2) : leaf);
        if (s.mask != null) {
          var mask = numbers(random, s.queries, s.keys);
          in.add((s.mask == DType.BOOL ? mask.gt(-0.5) : mask).expand(2, 3, s.queries, s.keys));
        }
        if (s.dropout > 0) in.add(Generator.current().base(device));
        var op = new ScaledDotProductAttention(0.3, s.causal, s.mask != null, s.dropout, 5, 3);
        var y = Tensor.apply(op, in.toArray(Tensor[]::new))[0];
        // of the larger form without gradients, since kernels take long to compile
        return s.on == 0 ? List.of(y.toDoubles()) : withGradients(List.of(y), leaves);
      }
    });
  }

  private static Tensor heads(SplittableRandom random, Attention s, long places, long width) {
    return (s.turned ? numbers(random, 2, places, 3, width) : numbers(random, 2, 3, places, width))
        .requiresGrad();
  }

  private record Layer(int on, RecurrentCell cell, boolean reverse, boolean lengths, long hidden) {}

  private static Stream<Layer> layers() {
    return Stream.of(new Layer(0, RecurrentCell.LSTM, false, true, 70),
        new Layer(1, RecurrentCell.GRU, true, false, 37));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void recurrentLayersAreTheCpus(Layer layer) {
    compare(run(cpu, layer), run(devices.get(layer.on), layer));
  }

  private static List<double[]> run(Device device, Layer s) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var random = new SplittableRandom(5);
        long rows = s.cell.gates() * s.hidden;
        var leaves = new ArrayList<Tensor>();
        leaves.add(numbers(random, 4, 11, 6));
        leaves.add(numbers(random, 11, s.hidden));
        if (s.cell.hasCellState()) leaves.add(numbers(random, 11, s.hidden));
        leaves.add(numbers(random, rows, 6));
        leaves.add(numbers(random, rows, s.hidden));
        leaves.add(numbers(random, rows));
        leaves.add(numbers(random, rows));
        leaves.replaceAll(Tensor::requiresGrad);
        var in = new ArrayList<>(leaves);
        if (s.lengths) in.add(Tensor.of(0L, 1L, 4L, 3L, 4L, 2L, 1L, 4L, 4L, 0L, 3L));
        var op = new Recurrence(s.cell, true, s.reverse, s.lengths);
        var out = Tensor.apply(op, in.toArray(Tensor[]::new));
        return withGradients(List.of(out).subList(0, s.cell.hasCellState() ? 2 : 1), leaves);
      }
    });
  }

  private static Tensor numbers(SplittableRandom random, long... sizes) {
    var shape = Shape.of(sizes);
    var numbers = new float[(int) shape.numel()];
    for (int i = 0; i < numbers.length; i++) numbers[i] = (float) random.nextDouble(-0.9, 0.9);
    return Tensor.of(numbers, shape);
  }

  /** Results, then the gradients of a weighted sum of them. */
  private static List<double[]> withGradients(List<Tensor> results, List<Tensor> leaves) {
    var all = new ArrayList<double[]>();
    var sum = Tensor.of(0f);
    for (var y : results) {
      all.add(y.toDoubles());
      sum = sum.add(y.mul(Tensor.arange(y.numel()).to(DType.FLOAT32).sin().reshape(y.shape())).sum());
    }
    for (var gradient : Gradients.of(sum, leaves)) all.add(gradient.toDoubles());
    return all;
  }

  private static void compare(List<double[]> expected, List<double[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int k = 0; k < expected.size(); k++) {
      double scale = Arrays.stream(expected.get(k)).map(Math::abs).max().orElse(0);
      for (int i = 0; i < expected.get(k).length; i++)
        assertEquals(expected.get(k)[i], actual.get(k)[i], TOLERANCE * scale,
            "result " + k + ", element " + i);
    }
  }
}
