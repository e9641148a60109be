package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.ops.AttentionOptions;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrenceBackward;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.ops.ScaledDotProductAttentionBackward;
import io.jacquard.spi.Backend;
import io.jacquard.spi.CachingAllocator;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Operation;
import io.jacquard.spi.Recording;
import io.jacquard.spi.View;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Attention and recurrent layers, forward and back, by kernels of their own and by what they are made of: a measurement of
 * time and of memory, by {@code mvn -P measure -pl backend-opencl -am test -Dtest=OwnKernelsTest}. Both are recorded and
 * replayed, as in training, so that the host's work above the backend is left out.
 */
@Tag("measure")
class OwnKernelsTest {
  private static final int ROUNDS = 9;

  /** Without kernels of their own for these. */
  private static final class Decomposing extends ForwardingBackend {
    Decomposing(Backend inner) {
      super(inner);
    }

    @Override
    public boolean run(Operation op, View[] in, View[] out) {
      return switch (op) {
        case ScaledDotProductAttention _,ScaledDotProductAttentionBackward _,Recurrence _,RecurrenceBackward _ ->
          false;
        default -> inner.run(op, in, out);
      };
    }
  }

  /** The same work on one of two devices, its memory, and how long each round took. */
  private record Way(Device device, CachingAllocator memory, Recording recording, double[] nanos) {
    static Way of(Device device, List<Tensor> in, Function<List<Tensor>, Tensor> work) {
      Runnable all = () -> {
        try (var _ = Scope.open()) {
          Gradients.of(work.apply(in).square().sum(), in);
        }
      };
      Device.with(device, all); // what is made once and kept
      var memory = device.separateMemory();
      var recording = new Recording[1];
      Device.with(device, () -> recording[0] = device.record(memory, all));
      assertEquals(Optional.empty(), recording[0].obstacle());
      return new Way(device, memory, recording[0], new double[ROUNDS]);
    }

    void run(int round) {
      long start = System.nanoTime();
      recording.replay(device.backend());
      device.backend().synchronize();
      if (round >= 0) nanos[round] = System.nanoTime() - start;
    }

    double millis() {
      Arrays.sort(nanos);
      return nanos[ROUNDS / 2] / 1e6;
    }

    double mebibytes() {
      return memory.peakBytes() / (double) (1 << 20);
    }
  }

  private static void compare(String name, Backend backend, List<long[]> sizes,
      Function<List<Tensor>, Tensor> work) {
    var ways = new ArrayList<Way>();
    for (var device : List.of(new Device(backend), new Device(new Decomposing(backend)))) {
      var in = new ArrayList<Tensor>();
      Device.with(device, () -> Generator.with(new Generator(1), () -> {
        for (var each : sizes) in.add(Tensor.randn(each).mul(0.1).requiresGrad());
      }));
      ways.add(Way.of(device, in, work));
    }
    for (int round = -2; round < ROUNDS; round++) // in turn, so that what else runs disturbs both
      for (var way : ways) way.run(round);
    var own = ways.get(0);
    var made = ways.get(1);
    System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %.1f | %.1f |%n", name, own.millis(), made.millis(),
        own.mebibytes(), made.mebibytes());
  }

  @Test
  void besideWhatTheyAreMadeOf() {
    try (var backend = new OpenClBackend(TestDevice.first(), 0)) {
      for (long places : new long[]{64, 128, 256}) {
        var lines = new long[]{8, 4, places, 16};
        compare("attention, 8 x 4 heads of 16, " + places + " places", backend, List.of(lines, lines, lines),
            in -> in.get(0).scaledDotProductAttention(in.get(1), in.get(2),
                AttentionOptions.defaults().causal()));
      }
      for (var cell : List.of(RecurrentCell.LSTM, RecurrentCell.GRU)) {
        for (long steps : new long[]{64, 128, 256}) {
          var sizes = new ArrayList<>(List.of(new long[]{steps, 16, 64}, new long[]{16, 64}));
          if (cell.hasCellState()) sizes.add(new long[]{16, 64});
          long rows = cell.gates() * 64L;
          sizes.addAll(List.of(new long[]{rows, 64}, new long[]{rows, 64}));
          compare(cell + " of 64, 16 samples, " + steps + " steps", backend, sizes,
              in -> Tensor.apply(new Recurrence(cell, false, false, false), in.toArray(Tensor[]::new))[0]);
        }
      }
    }
  }
}
