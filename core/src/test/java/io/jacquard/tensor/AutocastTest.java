package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.nn.AttentionMasks;
import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Bilinear;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.ConvTranspose2d;
import io.jacquard.nn.Embedding;
import io.jacquard.nn.GroupNorm;
import io.jacquard.nn.InstanceNorm2d;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.MultiheadAttention;
import io.jacquard.nn.RMSNorm;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.TransformerDecoderLayer;
import io.jacquard.nn.TransformerEncoderLayer;
import io.jacquard.nn.TransformerOptions;
import io.jacquard.nn.WeightNorm;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In which types things are computed while an autocast is open, and that all goes on to fit together. */
class AutocastTest {
  private static DType type(Supplier<Tensor> body) {
    try (var _ = Autocast.to(DType.BFLOAT16)) {
      return body.get().dtype();
    }
  }

  @Test
  void productsAreOfHalvesAndSumsAreNot() {
    OnReference.run(() -> {
      var x = Tensor.ones(2, 3);
      var half = x.to(DType.BFLOAT16);
      assertEquals(DType.BFLOAT16, type(() -> x.matmul(x.mT())));
      assertEquals(DType.BFLOAT16, type(() -> x.matmul(half.mT())));
      assertEquals(DType.BFLOAT16, type(() -> Tensor.einsum("ij,kj->ik", x, half)));
      assertEquals(DType.BFLOAT16, type(() -> x.scaledDotProductAttention(half, x)));
      assertEquals(DType.FLOAT64, type(() -> x.to(DType.FLOAT64).matmul(x.to(DType.FLOAT64).mT())));
      assertEquals(DType.BFLOAT16, type(() -> half.relu()));
      for (Supplier<Tensor> wide : List.<Supplier<Tensor>>of(() -> half.softmax(1), () -> half.logSoftmax(1),
          () -> half.sum(), () -> half.mean(1), () -> half.var(), () -> half.std(0), () -> half.norm(),
          () -> half.logsumexp(1), () -> half.cumsum(1), () -> half.add(x), () -> Tensor.concat(0, half, x),
          () -> Loss.crossEntropy().of(half, Tensor.of(0L, 1L)))) {
        assertEquals(DType.FLOAT32, type(wide));
      }
      assertEquals(DType.BFLOAT16, half.sum().dtype());
    });
  }

  @Test
  void itIsOverWhenItIsClosed() {
    OnReference.run(() -> {
      try (var _ = Autocast.to(DType.FLOAT16)) {
        assertEquals(DType.FLOAT16, Autocast.type());
        try (var _ = Autocast.to(DType.FLOAT32)) {
          assertNull(Autocast.type());
          assertEquals(DType.FLOAT32, Tensor.ones(1, 1).matmul(Tensor.ones(1, 1)).dtype());
        }
        assertEquals(DType.FLOAT16, Autocast.type());
      }
      assertNull(Autocast.type());
      assertThrows(JacquardException.class, () -> Autocast.to(DType.FLOAT64));
    });
  }

  /** With and without, and what becomes of the gradients. */
  private static void compare(Module model, Tensor x, DType half, double near) {
    var before = model.call(x);
    before.sum().backward();
    var exact = model.parameters().getFirst().grad().toFloats();
    model.parameters().forEach(p -> p.leaf().clear());
    Tensor after;
    try (var _ = Autocast.to(half)) {
      after = model.call(x);
    }
    assertArrayEquals(before.toFloats(), after.to(DType.FLOAT32).toFloats(), (float) near, model.toString());
    after.to(DType.FLOAT32).sum().backward();
    for (var p : model.parameters()) assertEquals(DType.FLOAT32, p.grad().dtype());
    assertArrayEquals(exact, model.parameters().getFirst().grad().toFloats(), (float) (8 * near),
        model.toString());
    model.parameters().forEach(p -> p.leaf().clear());
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void layersComputeNearlyTheSame(DType half) {
    OnReference.run(() -> {
      double near = half == DType.BFLOAT16 ? 0.06 : 0.01;
      var images = Tensor.rand(2, 3, 6, 6);
      compare(Sequential.of(new Conv2d(3, 4, 3), new ReLU(), new MaxPool2d(2), new ConvTranspose2d(4, 2, 2),
          new WeightNorm(new Conv2d(2, 4, 1)), new GroupNorm(2, 4)), images, half, 2 * near);
      compare(Sequential.of(new Conv2d(3, 4, 3), new InstanceNorm2d(4)).eval(), images, half, 2 * near);
      compare(Sequential.of(new Conv2d(3, 4, 3), new BatchNorm2d(4)).eval(), images, half, near);
      compare(Sequential.of(new Linear(5, 4), new LayerNorm(4), new Linear(4, 3, false), new RMSNorm(3)),
          Tensor.rand(6, 5), half, 8 * near);
      compare(Sequential.of(new Linear(5, 4), new LSTM(4, 3)), Tensor.rand(3, 2, 5), half, near);
      compare(new MultiheadAttention(4, 2), Tensor.rand(3, 2, 4), half, near);
      compare(new TransformerEncoderLayer(4, 2, TransformerOptions.defaults().dropout(0)),
          Tensor.rand(3, 2, 4), half, 4 * near);
    });
  }

  @Test
  void masksAndSecondInputsMayBeFloat32() {
    OnReference.run(() -> {
      var x = Tensor.rand(4, 2, 4);
      try (var _ = Autocast.to(DType.BFLOAT16)) {
        var masks = AttentionMasks.none().mask(Tensor.zeros(4, 4));
        assertEquals(x.shape(), new MultiheadAttention(4, 2).call(x, masks).shape());
        assertEquals(Shape.of(2, 4, 4),
            new MultiheadAttention(4, 2).call(x, x, x, masks, true).weights().shape());
        var decoder = new TransformerDecoderLayer(4, 2, TransformerOptions.defaults().dropout(0));
        assertEquals(x.shape(), decoder.call(x, x, AttentionMasks.none()).shape());
        assertEquals(Shape.of(4, 3), new Bilinear(4, 4, 3).call(x.select(1, 0), x.select(1, 1)).shape());
        var words = new Embedding(9, 4).call(Tensor.of(1L, 2L));
        assertEquals(DType.BFLOAT16, new Linear(4, 2).call(words).dtype());
      }
    });
  }

  @Test
  void aCheckpointComputesAgainWhatItComputed() {
    OnReference.run(() -> {
      var layer = new Linear(3, 3);
      var x = Tensor.rand(2, 3);
      var gradients = new float[2][];
      for (int k = 0; k < 2; k++) {
        Tensor y;
        try (var _ = Autocast.to(DType.BFLOAT16)) {
          y = k == 0 ? layer.call(x) : Checkpoint.of(layer::call, x);
        }
        assertEquals(DType.BFLOAT16, y.dtype());
        y.to(DType.FLOAT32).square().sum().backward();
        gradients[k] = layer.weight().grad().toFloats();
        layer.weight().leaf().clear();
      }
      assertArrayEquals(gradients[0], gradients[1]);
    });
  }

  @Test
  void aBackwardPassInsideTakesTheTypesThatThereAre() {
    OnReference.run(() -> {
      var w = Tensor.rand(3, 3).requiresGrad();
      try (var _ = Autocast.to(DType.FLOAT16)) {
        Tensor.rand(2, 3).matmul(w).sum().backward();
      }
      assertEquals(DType.FLOAT32, w.grad().dtype());
      assertTrue(w.grad().sum().item() > 0);
    });
  }
}
