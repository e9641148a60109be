package io.jacquard.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.DType;
import io.jacquard.contract.OpTable;
import io.jacquard.contract.Share;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * What PyTorch computed, as tests to inherit: each case of each {@link GoldenFamily}, outputs and gradients, with inputs
 * that lie in memory whole, with gaps, and transposed.
 *
 * <pre>{@code
 * class CpuGoldenTest extends GoldenContract {
 *   @Override
 *   protected Device device() {
 *     return Backends.discover().open("cpu");
 *   }
 * }
 * }</pre>
 *
 * <p>A run writes {@code target/op-support-golden-<backend>.txt}, a part of docs/op-support.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class GoldenContract {
  private final OpTable table = new OpTable();
  private final Generator generator = new Generator(11);
  private Device device;

  /** Opens the device that is tested; called once. */
  protected abstract Device device();

  /** How many of the cases are run. */
  protected Share share() {
    return Share.WHOLE;
  }

  @BeforeAll
  void openDevice() {
    device = device();
    generator.base(device);
  }

  @AfterAll
  void writeTable() throws IOException {
    table.write("golden", device.info().backend());
  }

  @TestFactory
  Stream<DynamicContainer> families() {
    return GoldenFamily.ALL.stream().map(family -> {
      var cases = GoldenCase.read(family.name());
      var ops = family.ops();
      var tests = Stream.concat(
          Stream.of(DynamicTest.dynamicTest("is complete", () -> complete(family, cases))),
          share().of(cases.stream()
              .map(c -> DynamicTest.dynamicTest(c.name(), table.counted(c.op(), () -> run(c, ops))))));
      return DynamicContainer.dynamicContainer(family.name(), tests);
    });
  }

  /** Nothing was lost: neither cases, nor functions for them, nor cases for a function. */
  private static void complete(GoldenFamily family, List<GoldenCase> cases) {
    assertTrue(cases.size() >= family.least(),
        () -> "the file has " + cases.size() + " cases, expected at least " + family.least());
    var inFile = cases.stream().map(GoldenCase::op).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(inFile, new TreeSet<>(family.ops().names()),
        "operations in the file, and those that are registered");
    var names = new HashSet<String>();
    for (var c : cases) assertTrue(names.add(c.name()), () -> "two cases are called " + c.name());
  }

  private void run(GoldenCase golden, GoldenOps ops) {
    boolean wide = golden.tensors().values().stream().anyMatch(e -> e.dtype() == DType.FLOAT64);
    assumeTrue(!wide || device.info().float64(), () -> device.name() + " has no float64");
    var check = ops.check(golden.op());
    var ranks = golden.tensors("in").values().stream().map(e -> e.shape().rank()).toList();
    for (var lay : GoldenLay.values()) {
      if (!lay.matters(ranks)) continue;
      try {
        run(() -> check.run(golden, lay));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(golden + ", inputs " + lay + ": " + e.getMessage(), e);
      }
    }
  }

  private void run(Runnable body) {
    Device.with(device, () -> Generator.with(generator, () -> {
      try (var _ = Scope.open()) {
        body.run();
      }
    }));
  }
}
