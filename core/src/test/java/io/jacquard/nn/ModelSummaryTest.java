package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.ops.ConvOptions;
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
    assertEquals(
        """
            Layer                Output shape   Parameters   Multiply-adds
            ──────────────────────────────────────────────────────────────
            0  Linear(3, 1200)   [N, 1200]           4,800           3,600
            1  Linear(1200, 2)   [N, 2]              2,402           2,400
            ──────────────────────────────────────────────────────────────
            Total: 7,202 parameters (28.1 KiB), 2,402 trainable, 4,800 frozen · 6,000 multiply-adds
            Memory for this input: 5.1 KiB forward, 5.1 KiB kept for backward; gradients 9.4 KiB, an optimizer as much for each of its states""",
        summary.toString());
    assertTrue(summary.text("Adam", 2).endsWith("gradients 9.4 KiB, the optimizer (Adam) 18.8 KiB"));
    assertTrue(summary.text("SGD", 0).endsWith(", the optimizer (SGD) nothing"));
  }

  @Test
  void aSingleLayerIsAModelToo() {
    assertTrue(summary(() -> new Linear(3, 2), 1, 3).toString().startsWith("""
        Layer            Output shape   Parameters   Multiply-adds
        ──────────────────────────────────────────────────────────
          Linear(3, 2)   [N, 2]                  8               6
        ──────────────────────────────────────────────────────────
        Total: 8 parameters (32 bytes), all trainable · 6 multiply-adds
        """));
  }

  /** Products by hand, beside those of a layer inside. */
  private static final class Products extends Module {
    private final Linear inner = add("inner", new Linear(4, 4));

    @Override
    protected Tensor forward(Tensor x) {
      var y = x.matmul(x.mT()); // [2, 3, 3] of 4: 72
      return inner.call(x).add(y.matmul(x)).tanh(); // [2, 3, 4] of 3: 72
    }
  }

  @Test
  void multiplicationsAreThoseOfProductsAndConvolutions() {
    var rows = summary(Products::new, 2, 3, 4).rows();
    assertEquals(List.of("inner", ""), rows.stream().map(ModelSummary.Row::path).toList());
    assertEquals(List.of(2 * 3 * 4 * 4L, 144L), rows.stream().map(ModelSummary.Row::multiplyAdds).toList());
    // [1, 6, 4, 4] of 2 channels (in two groups) and 9 taps; [1, 6, 2, 2] times 3 outputs and 4 taps,
    // transposed.
    assertEquals(6 * 16 * 2 * 9,
        summary(() -> new Conv2d(4, 6, 3, ConvOptions.defaults().groups(2)), 1, 4, 6, 6).multiplyAdds());
    assertEquals(6 * 4 * 3 * 4, summary(() -> new ConvTranspose2d(6, 3, 2), 1, 6, 2, 2).multiplyAdds());
  }

  @Test
  void memoryIsWhatIsTaken() {
    var summary = summary(() -> Sequential.of(new Linear(64, 256), new ReLU(), new Linear(256, 64)), 4, 64);
    assertEquals(4 * (64 * 256 + 256 + 256 * 64 + 64), summary.gradientBytes());
    // Results of 4 x 256 floats: with a tape two of them stay, one without.
    assertTrue(summary.forwardBytes() >= 2 * 4096 && summary.forwardBytes() <= 4 * 4096,
        summary.forwardBytes() + "");
    assertTrue(summary.backwardBytes() >= 4096 && summary.backwardBytes() <= 4 * 4096,
        summary.backwardBytes() + "");
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
