package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ModelSummaryTest {
  private static ModelSummary summary(Supplier<Module> model, long... sample) {
    return Device.with(new Device(new ReferenceBackend()),
        () -> ModelSummary.of(model.get(), Shape.of(sample)));
  }

  /** A layer that is used twice, inside a module with a parameter of its own. */
  private static final class Twice extends Module {
    private final Linear shared = add("shared", new Linear(3, 3));
    private final Parameter scale = parameter("scale", Tensor.ones(3));

    @Override
    protected Tensor forward(Tensor x) {
      return shared.call(shared.call(x)).mul(scale.value());
    }
  }

  @Test
  void layersInTheOrderOfTheirCallsWithPaths() {
    var summary = summary(() -> Sequential.of(new Twice(), Sequential.of(new Linear(3, 1200), new ReLU())), 1,
        3);
    assertEquals(List.of("0.shared", "0.shared", "0", "1.0", "1.1"),
        summary.rows().stream().map(ModelSummary.Row::path).toList());
    assertEquals(List.of(12L, 0L, 3L, 4800L, 0L),
        summary.rows().stream().map(ModelSummary.Row::parameters).toList());
    assertEquals("Twice", summary.rows().get(2).layer());
    assertEquals(Shape.of(1, 1200), summary.rows().getLast().output());
    assertEquals(4815, summary.parameters());
    assertEquals(4815, summary.trainable());
    assertEquals(4 * 4815, summary.bytes());
  }

  @Test
  void printsATable() {
    var summary = summary(() -> {
      var frozen = new Linear(3, 1200);
      frozen.freeze();
      return Sequential.of(frozen, new Linear(1200, 2));
    }, 1, 3);
    assertEquals("""
        Layer                Output shape   Parameters
        ──────────────────────────────────────────────
        0  Linear(3, 1200)   [N, 1200]           4,800
        1  Linear(1200, 2)   [N, 2]              2,402
        ──────────────────────────────────────────────
        Total: 7,202 parameters (28.1 KiB), 2,402 trainable, 4,800 frozen""", summary.toString());
  }

  @Test
  void aSingleLayerIsAModelToo() {
    assertEquals("""
        Layer            Output shape   Parameters
        ──────────────────────────────────────────
          Linear(3, 2)   [N, 2]                  8
        ──────────────────────────────────────────
        Total: 8 parameters (32 bytes), all trainable""", summary(() -> new Linear(3, 2), 1, 3).toString());
  }

  @Test
  void lookingChangesNothing() {
    var generator = new Generator(1);
    Generator.with(generator, () -> Device.with(new Device(new ReferenceBackend()), () -> {
      var model = Sequential.of(new Dropout(0.5));
      ModelSummary.of(model, Shape.of(1, 3));
      assertTrue(model.isTraining());
    }));
    assertEquals(0, generator.nextOffset(), "no random number was drawn");
  }
}
