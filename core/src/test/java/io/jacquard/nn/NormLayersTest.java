package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The layers that normalise, by hand: what they compute in both modes, what they keep, how they print. */
class NormLayersTest {
  private static float[] buffer(Module layer, String name) {
    return layer.namedBuffers().get(name).value().toFloats();
  }

  private static void refused(Executable wrong, String... parts) {
    var message = assertThrows(JacquardException.class, wrong).getMessage();
    for (var part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void batchNormKeepsRunningStatistics() {
    OnReference.run(() -> {
      var layer = new BatchNorm1d(2, 0, 0.1);
      assertEquals(List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked"),
          List.copyOf(layer.stateDict().keySet()));
      // means 2 and 10, biased variances 1 and 4, unbiased 2 and 8
      var x = Tensor.of(new float[][]{{1, 8}, {3, 12}});
      assertArrayEquals(new float[]{-1, -1, 1, 1}, layer.call(x).toFloats(), 1e-6f);
      assertArrayEquals(new float[]{0.2f, 1}, buffer(layer, "running_mean"), 1e-6f);
      assertArrayEquals(new float[]{0.9f + 0.2f, 0.9f + 0.8f}, buffer(layer, "running_var"), 1e-6f);
      assertEquals(1, layer.namedBuffers().get("num_batches_tracked").value().toLongs()[0]);
      assertEquals(DType.INT64, layer.namedBuffers().get("num_batches_tracked").dtype());
      layer.call(x);
      assertArrayEquals(new float[]{0.38f, 1.9f}, buffer(layer, "running_mean"), 1e-6f);
      assertEquals(2, layer.namedBuffers().get("num_batches_tracked").value().toLongs()[0]);
    });
  }

  @Test
  void evaluationTakesTheRunningStatisticsAndLeavesThem() {
    OnReference.run(() -> {
      var layer = new BatchNorm1d(2, 0, 0.1);
      layer.namedBuffers().get("running_mean").assign(Tensor.of(1f, 2f));
      layer.namedBuffers().get("running_var").assign(Tensor.of(4f, 0.25f));
      layer.weight().assign(Tensor.of(3f, 1f));
      layer.bias().assign(Tensor.of(10f, 20f));
      layer.eval();
      var x = Tensor.of(new float[][]{{3, 3}}).requiresGrad();
      var y = layer.call(x);
      assertArrayEquals(new float[]{13, 22}, y.toFloats(), 1e-6f);
      y.sum().backward();
      assertArrayEquals(new float[]{1.5f, 2}, x.grad().toFloats(), 1e-6f);
      assertArrayEquals(new float[]{1, 2}, layer.weight().grad().toFloats(), 1e-6f);
      assertArrayEquals(new float[]{1, 1}, layer.bias().grad().toFloats(), 1e-6f);
      assertArrayEquals(new float[]{1, 2}, buffer(layer, "running_mean"));
    });
  }

  @Test
  void withoutMomentumTheStatisticsAreTheMeanOfAllBatches() {
    OnReference.run(() -> {
      var layer = new BatchNorm1d(1, 1e-5, null);
      layer.call(Tensor.of(new float[][]{{1}, {3}}));
      assertArrayEquals(new float[]{2}, buffer(layer, "running_mean"), 1e-6f);
      assertArrayEquals(new float[]{2}, buffer(layer, "running_var"), 1e-6f);
      layer.call(Tensor.of(new float[][]{{5}, {11}}));
      layer.call(Tensor.of(new float[][]{{0}, {2}}));
      assertArrayEquals(new float[]{11 / 3f}, buffer(layer, "running_mean"), 1e-6f);
      assertArrayEquals(new float[]{22 / 3f}, buffer(layer, "running_var"), 1e-5f);
      assertEquals("BatchNorm1d(1, momentum=null)", layer.toString());
    });
  }

  @Test
  void withoutStatisticsTheBatchDecidesInEvaluationToo() {
    OnReference.run(() -> {
      var layer = new BatchNorm1d(1, 0, 0.1, false, false);
      assertTrue(layer.stateDict().isEmpty());
      assertNull(layer.weight());
      layer.eval();
      assertArrayEquals(new float[]{-1, 1}, layer.call(Tensor.of(new float[][]{{4}, {8}})).toFloats(), 1e-6f);
      assertEquals("BatchNorm1d(1, eps=0.0, affine=false, track_running_stats=false)", layer.toString());
    });
  }

  /** The same image batch, row-major and channels-last in memory. */
  @Test
  void imagesMayLieChannelsLast() {
    OnReference.run(() -> {
      for (boolean training : new boolean[]{true, false}) {
        var plain = new BatchNorm2d(3);
        var last = new BatchNorm2d(3);
        for (var layer : List.of(plain, last)) {
          layer.weight().assign(Tensor.of(1f, 2f, -1f));
          layer.bias().assign(Tensor.of(0.5f, 0f, 1f));
          if (!training) layer.eval();
        }
        var values = Tensor.arange(2 * 3 * 4 * 5).to(DType.FLOAT32).sin();
        var x = values.reshape(2, 3, 4, 5).requiresGrad();
        var z = x.detach().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).requiresGrad();
        var y = plain.call(x);
        var w = last.call(z);
        assertArrayEquals(y.toFloats(), w.toFloats(), 1e-6f);
        assertEquals(1, w.view().layout().stride(1), "channels stay last");
        assertTrue(y.view().layout().isContiguous());
        y.mul(x.detach()).sum().backward();
        w.mul(x.detach()).sum().backward();
        assertArrayEquals(x.grad().toFloats(), z.grad().toFloats(), 1e-5f);
        assertArrayEquals(plain.weight().grad().toFloats(), last.weight().grad().toFloats(), 1e-5f);
        assertArrayEquals(buffer(plain, "running_var"), buffer(last, "running_var"), 1e-6f);
      }
    });
  }

  @Test
  void reluBehindBatchNormIsTheSameInFewerPasses() {
    OnReference.run(() -> {
      var x = Tensor.arange(2 * 3 * 4 * 5).to(DType.FLOAT32).sin().reshape(2, 3, 4, 5);
      var residual = x.mul(2).cos();
      for (boolean affine : new boolean[]{true, false}) {
        var layer = new BatchNorm2d(3, 1e-5, 0.1, affine, true);
        for (int round = 0; round < 2; round++) { // in training, then in evaluation
          assertArrayEquals(layer.call(x).relu().toFloats(), layer.callRelu(x).toFloats(), 1e-6f);
          assertArrayEquals(layer.call(x).add(residual).relu().toFloats(),
              layer.callAddRelu(x, residual).toFloats(), 1e-6f);
          layer.eval();
        }
        refused(() -> layer.callAddRelu(x, Tensor.ones(2, 3, 4, 4)), "BatchNorm2d: the residual",
            "[2, 3, 4, 4]");
      }
    });
  }

  @Test
  void statisticsAreNoPartOfTheTape() {
    OnReference.run(() -> {
      var layer = new BatchNorm2d(2);
      try (var _ = GradMode.noGrad()) {
        layer.call(Tensor.ones(2, 2, 3, 3));
      }
      var y = layer.call(Tensor.ones(2, 2, 3, 3));
      assertTrue(y.isRecorded());
      y.sum().backward();
      for (var buffer : layer.namedBuffers().values()) assertNull(buffer.grad());
    });
  }

  @Test
  void batchNormRefusesOtherShapes() {
    OnReference.run(() -> {
      refused(() -> new BatchNorm1d(3).call(Tensor.ones(2, 4)), "BatchNorm1d", "[2, 4]", "3 channels");
      refused(() -> new BatchNorm1d(3).call(Tensor.ones(2, 3, 4, 4)), "BatchNorm1d", "[N, C, L]");
      refused(() -> new BatchNorm2d(3).call(Tensor.ones(2, 3)), "BatchNorm2d", "[N, C, H, W]");
      refused(() -> new BatchNorm2d(0), "BatchNorm2d: numFeatures is 0");
      refused(() -> new BatchNorm2d(3, -1, 0.1), "BatchNorm2d: eps is -1.0");
      refused(() -> new BatchNorm2d(3, 1e-5, 1.5), "BatchNorm2d: momentum is 1.5");
      refused(() -> new BatchNorm1d(3).call(Tensor.ones(1, 3)), "[1, 3]", "eval()");
    });
  }

  @Test
  void layerNorm() {
    OnReference.run(() -> {
      var layer = new LayerNorm(Shape.of(2), 0, true, true);
      assertEquals(List.of("weight", "bias"), List.copyOf(layer.stateDict().keySet()));
      layer.weight().assign(Tensor.of(2f, 3f));
      layer.bias().assign(Tensor.of(10f, 20f));
      var x = Tensor.of(new float[][]{{1, 3}, {9, 5}});
      assertArrayEquals(new float[]{8, 23, 12, 17}, layer.call(x).toFloats(), 1e-6f);
      assertEquals("LayerNorm([2], eps=0.0)", layer.toString());
      var bare = new LayerNorm(Shape.of(2), 1e-5, false, true);
      assertTrue(bare.stateDict().isEmpty());
      assertEquals("LayerNorm([2], elementwise_affine=false)", bare.toString());
      var weighted = new LayerNorm(Shape.of(2, 2), 1e-5, true, false);
      assertEquals(List.of("weight"), List.copyOf(weighted.stateDict().keySet()));
      assertEquals("LayerNorm([2, 2], bias=false)", weighted.toString());
      assertEquals(Shape.of(3, 2, 2), weighted.call(Tensor.ones(3, 2, 2)).shape());
      refused(() -> new LayerNorm(4).call(Tensor.ones(2, 3)), "LayerNorm", "[2, 3]", "[4]");
      refused(() -> new LayerNorm(), "LayerNorm: normalizedShape");
      refused(() -> new LayerNorm(3, 0), "LayerNorm: normalizedShape");
    });
  }

  @Test
  void embedding() {
    OnReference.run(() -> {
      var layer = new Embedding(4, 3, -1);
      assertEquals("Embedding(4, 3, padding_idx=-1)", layer.toString());
      var table = layer.weight().value().toFloats();
      assertArrayEquals(new float[]{0, 0, 0}, layer.call(Tensor.of(3L)).toFloats());
      var y = layer.call(Tensor.of(2L, 0L, 3L, 2L).reshape(2, 2));
      assertEquals(Shape.of(2, 2, 3), y.shape());
      assertArrayEquals(new float[]{table[6], table[7], table[8]}, y.select(0, 0).select(0, 0).toFloats());
      y.sum().backward();
      assertArrayEquals(new float[]{1, 1, 1, 0, 0, 0, 2, 2, 2, 0, 0, 0}, layer.weight().grad().toFloats());
      assertEquals(Shape.of(3), layer.call(Tensor.of(new long[]{1}, Shape.SCALAR)).shape());
      refused(() -> layer.call(Tensor.of(0L, 4L)), "embedding: number 4", "0 to 3", "4 rows");
      refused(() -> new Embedding(4, 3, 4), "Embedding: paddingIdx is 4");
      refused(() -> new Embedding(0, 3), "Embedding: numEmbeddings is 0");
      var given = Embedding.fromPretrained(Tensor.of(new float[][]{{1, 2}, {3, 4}}));
      assertTrue(given.weight().isFrozen());
      assertArrayEquals(new float[]{3, 4}, given.call(Tensor.of(1L)).toFloats());
      refused(() -> Embedding.fromPretrained(Tensor.ones(3)), "Embedding: the vectors", "[3]");
    });
  }

  @Test
  void bilinear() {
    OnReference.run(() -> {
      var layer = new Bilinear(2, 3, 1);
      layer.weight().assign(Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, Shape.of(1, 2, 3)));
      layer.bias().assign(Tensor.of(100f));
      var y = layer.call(Tensor.of(new float[][]{{1, 10}}), Tensor.of(new float[][]{{1, 0, 2}}));
      // 1*1 + 3*2 for the first row, 10 times 4*1 + 6*2 for the second
      assertArrayEquals(new float[]{7 + 160 + 100}, y.toFloats());
      assertEquals(Shape.of(4, 5, 7),
          new Bilinear(2, 3, 7, false).call(Tensor.ones(4, 5, 2), Tensor.ones(4, 5, 3)).shape());
      assertEquals(Shape.of(4, 7), new Bilinear(2, 2, 7).call(Tensor.ones(4, 2)).shape());
      assertEquals("Bilinear(2, 3, 1)", layer.toString());
      refused(() -> layer.call(Tensor.ones(1, 2), Tensor.ones(2, 3)), "Bilinear", "[1, 2]", "[2, 3]");
      refused(() -> layer.call(Tensor.ones(1, 2)), "Bilinear");
      refused(() -> new Bilinear(2, 0, 1), "in2Features");
    });
  }

  @Test
  void identityAndLambda() {
    OnReference.run(() -> {
      var x = Tensor.of(1f, -2f);
      assertEquals(x, new Identity().call(x));
      assertEquals("Identity()", new Identity().toString());
      var twice = new Lambda("twice", v -> v.mul(2));
      assertArrayEquals(new float[]{2, -4}, twice.call(x).toFloats());
      assertEquals("Lambda(twice)", twice.toString());
      assertEquals("Lambda()", new Lambda(Tensor::relu).toString());
    });
  }
}
