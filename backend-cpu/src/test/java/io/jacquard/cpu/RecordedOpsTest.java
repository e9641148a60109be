package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.Recording;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** That operations, with their gradients, can stand in a training step that is replayed: no data moves meanwhile. */
class RecordedOpsTest {
  private static final Device DEVICE = Backends.discover().open("cpu");
  private final Generator generator = new Generator(3);

  private interface Work {
    Tensor of(Tensor x, Tensor index);
  }

  private static final Map<String, Work> WORKS = new LinkedHashMap<>();

  static {
    WORKS.put("gather", (x, i) -> x.gather(1, i));
    WORKS.put("scatter", (x, i) -> x.scatter(1, i, x));
    WORKS.put("scatter a value", (x, i) -> x.scatter(1, i, 2));
    WORKS.put("scatterAdd", (x, i) -> x.scatterAdd(1, i, x));
    WORKS.put("indexSelect", (x, i) -> x.indexSelect(1, i.flatten()));
    WORKS.put("maskedFill", (x, _) -> x.maskedFill(x.gt(0.5), 0));
    WORKS.put("sort", (x, _) -> x.sort(0).values());
    WORKS.put("topk", (x, _) -> x.topk(2).values());
    WORKS.put("cumsum", (x, _) -> x.cumsum(1));
    WORKS.put("cumprod", (x, _) -> x.cumprod(1));
    WORKS.put("cummax", (x, _) -> x.cummax(1).values());
    WORKS.put("prod", (x, _) -> x.prod(1));
    WORKS.put("norm", (x, _) -> x.norm(3, false, 1));
    WORKS.put("std", (x, _) -> x.std(0));
    WORKS.put("logsumexp", (x, _) -> x.logsumexp(1));
    WORKS.put("einsum", (x, _) -> Tensor.einsum("ij,kj,j->ik", x, x, x.select(0, 0)));
    WORKS.put("unfold", (x, _) -> x.unfold(1, 3, 1));
    WORKS.put("flip, roll, tile", (x, _) -> x.flip(1).roll(1, 0).tile(2, 1));
    WORKS.put("tril and diagonal", (x, _) -> x.tril().diagonal().diag());
    WORKS.put("remainder", (x, _) -> x.remainder(0.3));
    WORKS.put("oneHot", (x, i) -> x.unsqueeze(-1).mul(i.oneHot(5)));
    WORKS.put("rand", (x, _) -> x.mul(Tensor.rand(4, 5)));
    WORKS.put("randn", (x, _) -> x.mul(Tensor.randn(4, 5)));
    WORKS.put("bernoulli", (x, _) -> x.mul(x.detach().bernoulli()));
    WORKS.put("randperm", (x, _) -> x.gatherRows(Tensor.randperm(4)));
    WORKS.put("randint", (x, _) -> x.gather(1, Tensor.randint(0, 5, Shape.of(4, 5))));
  }

  /** Two recordings of forward and backward, the first after a step without. */
  private Recording[] record(Work work) {
    var recordings = new Recording[2];
    Device.with(DEVICE, () -> Generator.with(generator, () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.rand(4, 5).add(0.1).requiresGrad();
        var index = Tensor.arange(20).remainder(5).flip(0).reshape(4, 5).contiguous();
        Runnable step = () -> {
          try (var _ = Scope.open()) {
            Gradients.of(work.of(x, index).square().sum(), x);
          }
        };
        step.run();
        var pool = DEVICE.separateMemory();
        for (int k = 0; k < recordings.length; k++) {
          generator.beginStep();
          recordings[k] = DEVICE.record(pool, step);
        }
      }
    }));
    return recordings;
  }

  @TestFactory
  Stream<DynamicTest> stepsAreRepeated() {
    return WORKS.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
      var recordings = record(e.getValue());
      assertEquals(Optional.empty(), recordings[1].obstacle());
      assertEquals(Optional.empty(), recordings[1].differenceFrom(recordings[0]));
      assertTrue(recordings[1].size() > 1);
    }));
  }

  @Test
  void whatReadsBackIsAnObstacle() {
    assertTrue(record((x, _) -> x.maskedSelect(x.gt(0.5)))[1].obstacle().orElseThrow().contains("download"));
    assertTrue(
        record((x, _) -> x.mul(x.detach().multinomial(5).to(DType.FLOAT32)))[1].obstacle().orElseThrow()
            .contains("download"));
  }
}
