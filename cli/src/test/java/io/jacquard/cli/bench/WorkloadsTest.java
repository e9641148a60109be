package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.cli.bench.Workload.Group;
import io.jacquard.spi.Backends;
import io.jacquard.spi.OpenOptions;
import io.jacquard.train.Precision;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One light workload of each kind, once: it computes numbers, and the same ones each time it is made. */
class WorkloadsTest {
  private static Contender cpu;

  @BeforeAll
  static void open() {
    cpu = new Contender(Backends.discover().choose("cpu", new OpenOptions(1)).device());
  }

  @AfterAll
  static void close() {
    cpu.device().backend().close();
  }

  @Test
  void namesAreDifferentAndEveryGroupHasWork() {
    var names = Workloads.ALL.stream().map(Workload::name).toList();
    assertEquals(names.size(), names.stream().distinct().count());
    assertEquals(List.of(Group.values()), Workloads.ALL.stream().map(Workload::group).distinct().toList());
  }

  @Test
  void aPatternFindsNamesAndGroups() {
    assertEquals(6, Workloads.named(Pattern.compile("^products$")).size());
    assertEquals("matmul 64x128x784", Workloads.named(Pattern.compile("64x128x784")).getFirst().name());
    assertEquals(List.of(), Workloads.named(Pattern.compile("nothing of this name")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"matmul 64x128x784", "cross-entropy 1024x1024 forward+backward",
      "conv 3x3 N32 C1 28x28 K32", "train mlp 784-512-512-10 batch 8", "train lstm width 128 batch 32",
      "predict mlp 784-128-10 batch 1", "upload 16 MiB", "one number there and back"})
  void works(String name) {
    var workload = Workloads.ALL.stream().filter(w -> w.name().equals(name)).findFirst()
        .orElseThrow();
    long before = cpu.device().memory().liveBytes();
    try (var work = cpu.prepare(workload, Precision.FLOAT32)) {
      var first = work.result();
      assertTrue(first.length > 0);
      for (float value : first) assertTrue(Float.isFinite(value), () -> name + ": " + value);
      assertTrue(work.nanos(1) > 0);
      assertTrue(work.most() >= 1 && work.pieces() >= 1);
    }
    if (!name.startsWith("train") && !name.startsWith("predict"))
      assertTrue(cpu.device().memory().liveBytes() < before + (1 << 16), "what is large is given back");
  }

  @Test
  void theSameNumbersEachTime() {
    var workload = Workloads.named(Pattern.compile("64x128x784")).getFirst();
    try (var one = cpu.prepare(workload, Precision.FLOAT32);
        var two = cpu.prepare(workload, Precision.FLOAT32)) {
      assertArrayEquals(one.result(), two.result());
      assertEquals(64 * 128, workload.elements() - 64 * 784 - 784 * 128);
      assertEquals(2.0 * 64 * 128 * 784, workload.flops());
    }
  }
}
