package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.PoolOptions;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kernels of every family on tiny shapes under Oclgrind, a simulator that finds data races, which PoCL may hide. Run by
 * {@code mvn -P race-check}, which points OpenCL's loader at the simulator.
 */
@Tag("race-check")
class RaceCheckTest {
  private static final Tuning TINY = new Tuning(16, 8, 16 << 10, false, new MatmulTile(true, 4, 4, 2, 2, 4),
      false);

  private static final ConvOptions PADDED = ConvOptions.defaults().padding(1).stride(2);

  private static final PoolOptions OVERLAPPING = PoolOptions.defaults().stride(1).padding(1);

  private static final Map<String, Function<SplittableRandom, Tensor>> WORK = Map.ofEntries(
      Map.entry("map", random -> whole(random, 5, 7).mT().add(whole(random, 5)).mul(2)),
      Map.entry("reduce by items", random -> whole(random, 5, 40).sum(0)),
      Map.entry("reduce by groups", random -> whole(random, 3, 70).sum(1)),
      Map.entry("reduce in chunks", random -> whole(random, 1, 300).mT().max(false, 0)),
      Map.entry("argmax by groups", random -> whole(random, 3, 70).argmax(1)),
      Map.entry("matmul", random -> whole(random, 2, 9, 11).matmul(whole(random, 2, 11, 10))),
      Map.entry("layer norm by groups, and back", random -> {
        // all elements alike and eps 1: the standard deviation is 1, so both backends round alike
        var x = whole(random, 3, 70).mul(0).requiresGrad();
        var y = Tensor.apply(new LayerNorm(1, 1), x)[0];
        return Gradients.of(y.mul(whole(random, 3, 70)).sum(), List.of(x)).getFirst();
      }),
      Map.entry("convolution", random -> convolution(random, PADDED)),
      Map.entry("convolution backward", random -> {
        var x = whole(random, 2, 3, 5, 6).requiresGrad();
        var weight = whole(random, 4, 3, 2, 3).requiresGrad();
        var y = x.conv2d(weight, null, PADDED);
        var gradients = Gradients.of(y.square().sum(), List.of(x, weight));
        return Tensor.concat(0, gradients.get(0).reshape(-1), gradients.get(1).reshape(-1));
      }),
      Map.entry("max pool, and back", random -> {
        var x = whole(random, 2, 3, 5, 6).requiresGrad();
        return Gradients.of(x.maxPool2d(OVERLAPPING, 3).square().sum(), List.of(x)).getFirst();
      }),
      Map.entry("average pool, and back", random -> {
        var x = whole(random, 2, 3, 5, 6).requiresGrad();
        return Gradients.of(x.avgPool2d(OVERLAPPING, 2).square().sum(), List.of(x)).getFirst();
      }),
      Map.entry("batch norm, and back", random -> {
        // all elements alike and eps 1, as above
        var x = whole(random, 40, 3).mul(0).requiresGrad();
        var y = Tensor.apply(new BatchNorm(1), x)[0];
        return Gradients.of(y.mul(whole(random, 40, 3)).sum(), List.of(x)).getFirst();
      }),
      Map.entry("attention, and back", random -> {
        var in = List.of(small(random, 2, 19, 3), small(random, 2, 21, 3), small(random, 2, 21, 5));
        var y = in.get(0).scaledDotProductAttention(in.get(1), in.get(2),
            AttentionOptions.defaults().causal());
        return flat(Gradients.of(y.mul(small(random, 2, 19, 5)).sum(), in), y);
      }),
      Map.entry("recurrent layer by steps, and back", random -> recurrent(random, RecurrentCell.LSTM, 20)),
      Map.entry("recurrent layer by groups, and back", random -> recurrent(random, RecurrentCell.GRU, 15)),
      Map.entry("gather", random -> whole(random, 9, 3).gatherRows(Tensor.of(3L, 0L, 8L, 3L))),
      Map.entry("scan by items", random -> whole(random, 20, 5).cumsum(1)),
      Map.entry("scan by groups", random -> whole(random, 2, 80).cumsum(1)),
      Map.entry("sort", random -> whole(random, 2, 40).argsort(1, false).to(DType.FLOAT32)),
      Map.entry("softmax by groups", random -> whole(random, 3, 70).mul(0).softmax(1)));

  private static Tensor convolution(SplittableRandom random, ConvOptions options) {
    return whole(random, 2, 3, 5, 6).conv2d(whole(random, 4, 3, 2, 3), whole(random, 4), options);
  }

  private static Tensor recurrent(SplittableRandom random, RecurrentCell cell, long hidden) {
    long rows = cell.gates() * hidden;
    var in = new ArrayList<>(List.of(small(random, 3, 9, 2), small(random, 9, hidden)));
    if (cell.hasCellState()) in.add(small(random, 9, hidden));
    in.addAll(List.of(small(random, rows, 2), small(random, rows, hidden)));
    var h = Tensor.apply(new Recurrence(cell, false, false, false), in.toArray(Tensor[]::new))[0];
    return flat(Gradients.of(h.square().sum(), in), h);
  }

  private static Tensor small(SplittableRandom random, long... sizes) {
    return whole(random, sizes).mul(0.1).requiresGrad();
  }

  private static Tensor flat(List<Tensor> tensors, Tensor last) {
    var all = new ArrayList<Tensor>();
    tensors.forEach(t -> all.add(t.reshape(-1)));
    all.add(last.reshape(-1));
    return Tensor.concat(0, all.toArray(Tensor[]::new));
  }

  private static Tensor whole(SplittableRandom random, long... sizes) {
    var shape = Shape.of(sizes);
    return Tensor.of(random.longs(shape.numel(), -4, 5).toArray(), shape).to(DType.FLOAT32);
  }

  private static double[] run(Device device, Function<SplittableRandom, Tensor> body) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        return body.apply(new SplittableRandom(3)).toDoubles();
      }
    });
  }

  @Test
  void noKernelRaces() throws IOException {
    var log = System.getenv("OCLGRIND_LOG");
    assumeTrue(log != null && TestDevice.first().name().contains("Oclgrind"),
        "Oclgrind (Debian: oclgrind) is not what OpenCL runs on; use mvn -P race-check");
    var device = TestDevice.tuned(TINY);
    var cpu = Backends.discover().open("cpu");
    try (var _ = device.backend(); var _ = cpu.backend()) {
      WORK.forEach((name, body) -> assertArrayEquals(run(cpu, body), run(device, body), 1e-6, name));
    }
    var complaints = Files.exists(Path.of(log)) ? Files.readString(Path.of(log)) : "";
    assertTrue(complaints.isBlank(), complaints);
  }
}
