package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.spi.Backends;
import io.jacquard.spi.OpenOptions;
import io.jacquard.train.Precision;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The work for GPUs, in its small sizes; without what is tested as a model, and takes long. */
class GpuWorkloadsTest {
  private static List<Workload> all(boolean small) {
    return Stream.of(GpuWorkloads.digits(small), GpuWorkloads.products(small), GpuWorkloads.memory(small),
        GpuWorkloads.networks(small)).flatMap(List::stream).toList();
  }

  @Test
  void computesNumbers() {
    var cpu = new Contender(Backends.discover().choose("cpu", new OpenOptions(1)).device());
    for (var workload : all(true)) {
      if (workload.name().contains("resnet18") || workload.name().contains("cnn")) continue;
      try (var work = cpu.prepare(workload, Precision.FLOAT32)) {
        for (float value : work.result())
          assertTrue(Float.isFinite(value), () -> workload.name() + ": " + value);
        assertTrue(work.nanos(1) > 0);
      }
    }
    cpu.device().backend().close();
  }

  @Test
  void bothSizesAreTheSameKindsOfWork() {
    assertEquals(all(true).stream().map(Workload::group).toList(),
        all(false).stream().map(Workload::group).toList());
    assertEquals("train gpt layers 12 heads 12 width 768 vocabulary 50304 sequence 1024 batch 8",
        all(false).getLast().name());
  }
}
