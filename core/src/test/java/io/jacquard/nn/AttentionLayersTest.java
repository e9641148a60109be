package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Attention layers beyond what PyTorch's files say: caches, causality, positions, names, wrong use. */
class AttentionLayersTest {
  private static final MultiheadOptions BATCH_FIRST = MultiheadOptions.defaults().batchFirst();

  private static Tensor numbers(long... sizes) {
    var shape = Shape.of(sizes);
    return Tensor.of(Generator.current().uniform((int) shape.numel(), -1, 1), shape);
  }

  @Test
  void keysArePytorchs() {
    OnReference.run(() -> {
      assertEquals(List.of("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"),
          List.copyOf(new MultiheadAttention(4, 2).namedParameters().keySet()));
      assertEquals(
          List.of("q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight"),
          List.copyOf(
              new MultiheadAttention(4, 2, MultiheadOptions.defaults().kdim(3).bias(false)).namedParameters()
                  .keySet()));
      var encoder = new TransformerEncoder(() -> new TransformerEncoderLayer(4, 2), 2, new LayerNorm(4));
      assertTrue(encoder.namedParameters().keySet().containsAll(List.of("layers.1.self_attn.in_proj_weight",
          "layers.0.linear1.weight", "layers.0.norm2.bias", "norm.weight")));
      assertEquals("MultiheadAttention(4, 2, dropout=0.1, bias=false, kdim=3, batch_first=true)",
          new MultiheadAttention(4, 2, BATCH_FIRST.dropout(0.1).bias(false).kdim(3)).toString());
    });
  }

  @Test
  void aCacheGivesWhatTheWholeSequenceGives() {
    OnReference.run(() -> {
      var layer = new MultiheadAttention(6, 3, BATCH_FIRST);
      var x = numbers(2, 7, 6);
      var causal = AttentionMasks.none().causal();
      var whole = layer.call(x, causal).toFloats();
      try (var cache = new KeyValueCache(); var _ = GradMode.noGrad()) {
        var parts = new ArrayList<Tensor>();
        int at = 0;
        for (int n : new int[]{3, 1, 2, 1}) {
          parts.add(layer.call(x.slice(1, at, at + n), causal, cache));
          at += n;
          assertEquals(at, cache.length());
        }
        assertArrayEquals(whole, Tensor.concat(1, parts.toArray(Tensor[]::new)).toFloats(), 1e-6f);
        cache.clear();
        assertEquals(0, cache.length());
      }
    });
  }

  @Test
  void weightsAreHandedOutAsTheyWereUsed() {
    OnReference.run(() -> {
      var layer = new MultiheadAttention(6, 3, BATCH_FIRST.dropout(0.5));
      var x = numbers(2, 5, 6);
      var causal = AttentionMasks.none().causal();
      layer.eval();
      var result = layer.call(x, x, x, causal, false);
      assertArrayEquals(layer.call(x, causal).toFloats(), result.output().toFloats(), 1e-6f);
      assertEquals(Shape.of(2, 3, 5, 5), result.weights().shape());
      assertEquals(0, result.weights().triu(1).sum().item());
      assertEquals(2 * 3 * 5, result.weights().sum().item(), 1e-4);
      layer.train();
      var dropped = layer.call(x, x, x, causal, false).weights();
      assertTrue(dropped.eq(0).sum().item() > 2 * 3 * 10, "more than causality makes zeros");
    });
  }

  @Test
  void causalityAndTheMaskOfItAreTheSame() {
    OnReference.run(() -> {
      var layer = new TransformerEncoderLayer(4, 2,
          TransformerOptions.defaults().dimFeedforward(8).batchFirst());
      layer.eval();
      var x = numbers(2, 5, 4);
      var later = Tensor.ones(5, 5).triu(1).to(DType.BOOL);
      assertArrayEquals(layer.call(x, AttentionMasks.none().mask(later)).toFloats(),
          layer.call(x, AttentionMasks.none().causal()).toFloats(), 1e-6f);
    });
  }

  @Test
  void masksOfBothKindsMeet() {
    OnReference.run(() -> {
      var layer = new MultiheadAttention(4, 2, BATCH_FIRST);
      var x = numbers(2, 3, 4);
      var bools = Tensor.of(false, false, true, false, false, false).reshape(2, 3);
      var floats = Tensor.where(bools, Double.NEGATIVE_INFINITY, 0.0);
      var added = numbers(3, 3);
      var expected = layer.call(x, AttentionMasks.none().mask(added).keyPadding(floats)).toFloats();
      assertArrayEquals(expected,
          layer.call(x, AttentionMasks.none().mask(added).keyPadding(bools)).toFloats(), 1e-6f);
    });
  }

  @Test
  void dropoutIsForTraining() {
    OnReference.run(() -> {
      var layer = new MultiheadAttention(4, 2, BATCH_FIRST.dropout(0.5));
      var x = numbers(2, 9, 4);
      assertNotEquals(layer.call(x).sum().item(), layer.call(x).sum().item());
      layer.eval();
      assertEquals(layer.call(x).sum().item(), layer.call(x).sum().item());
    });
  }

  @Test
  void wavesTellPlaces() {
    OnReference.run(() -> {
      var y = new SinusoidalPositions(4, 10).call(Tensor.zeros(1, 3, 4)).toFloats();
      assertArrayEquals(
          new float[]{0, 1, 0, 1, (float) Math.sin(1), (float) Math.cos(1), (float) Math.sin(0.01),
              (float) Math.cos(0.01)},
          java.util.Arrays.copyOf(y, 8), 1e-6f);
      assertEquals("SinusoidalPositions(4, 10)", new SinusoidalPositions(4, 10).toString());
    });
  }

  @Test
  void productsOfTurnedVectorsDependOnTheDistanceAlone() {
    OnReference.run(() -> {
      var rotary = new RotaryPositions(6);
      var q = numbers(1, 6);
      var k = numbers(1, 6);
      double near = rotary.call(q, 5).mul(rotary.call(k, 2)).sum().item();
      assertEquals(near, rotary.call(q, 13).mul(rotary.call(k, 10)).sum().item(), 1e-5);
      assertArrayEquals(q.toFloats(), rotary.call(q).toFloats());
      assertEquals("RotaryPositions(6)", rotary.toString());
    });
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingIsComputed() {
    OnReference.run(() -> {
      refused(() -> new MultiheadAttention(10, 3), "MultiheadAttention", "10", "3");
      refused(() -> new MultiheadAttention(4, 0), "numHeads", "0");
      refused(() -> new MultiheadAttention(4, 2, BATCH_FIRST.dropout(2)), "dropout", "2");
      var layer = new MultiheadAttention(4, 2, BATCH_FIRST);
      refused(() -> layer.call(Tensor.zeros(2, 3, 5)), "[2, 3, 5]", "[N, T, 4]");
      refused(
          () -> layer.call(Tensor.zeros(2, 3, 4), Tensor.zeros(3, 3, 4), Tensor.zeros(3, 3, 4),
              AttentionMasks.none()),
          "[3, 3, 4]", "batch");
      var x = Tensor.zeros(2, 3, 4);
      refused(() -> layer.call(x, AttentionMasks.none().mask(Tensor.zeros(3, 4))), "[3, 4]", "[3, 3]",
          "[4, 3, 3]");
      refused(() -> layer.call(x, AttentionMasks.none().keyPadding(Tensor.zeros(3, 2))), "[3, 2]", "[2, 3]");
      refused(() -> layer.call(x, AttentionMasks.none().keyPadding(Tensor.of(new int[6], Shape.of(2, 3)))),
          "int32",
          "bool");
      refused(() -> TransformerOptions.defaults().activation("swish"), "activation", "swish");
      refused(() -> new SinusoidalPositions(4, 2).call(Tensor.zeros(3, 4)), "[3, 4]", "up to 2");
      refused(() -> new RotaryPositions(5), "5", "2");
      refused(() -> new RotaryPositions(4, 0), "base", "0");
      refused(() -> new RotaryPositions(4).call(Tensor.zeros(3, 6)), "[3, 6]", "4");
    });
  }

  private static void refused(Runnable wrong, String... parts) {
    var message = assertThrows(JacquardException.class, wrong::run).getMessage();
    for (var part : parts) assertTrue(message.contains(part), message);
    assertTrue(message.endsWith(".") && message.length() < 500, message);
  }
}
