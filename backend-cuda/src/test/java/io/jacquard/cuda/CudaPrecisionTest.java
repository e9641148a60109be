package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Precision;
import io.jacquard.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings in other precisions: whole steps as graphs, the scale of the loss on the device, and what cuBLAS is told. */
class CudaPrecisionTest {
  private static final int FLOAT16 = 2; // cudaDataType
  private static final int BFLOAT16 = 14;
  private static final int IN_FLOAT32 = 68; // cublasComputeType
  private static final int IN_TF32 = 77;

  @AfterEach
  void restore() {
    System.clearProperty(CudaQueue.SYNCHRONOUS);
  }

  /** The losses of epochs, and the weights. */
  private static List<Object> trained(TestGpu gpu, Precision precision) {
    var left = new ArrayList<>();
    Device.with(new Device(gpu.backend), () -> Generator.with(new Generator(3), () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.of(Generator.current().normal(96 * 6), Shape.of(96, 6));
        var model = Sequential.of(new Linear(6, 16), new ReLU(), new Linear(16, 3));
        var history = Trainer.of(model).loss(Loss.crossEntropy()).optimizer(Adam.of(0.02f))
            .precision(precision)
            .fit(new TensorDataset(x, x.slice(1, 0, 3).argmax(1)), Fit.epochs(2).batchSize(4));
        assertEquals(Optional.empty(), history.notReplayed());
        history.epochs().forEach(epoch -> left.add(epoch.value("loss")));
        for (var p : model.parameters()) for (float value : p.value().toFloats()) left.add(value);
      }
    }));
    return left;
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void graphsLearnAndAreWhatLaunchesOneByOneAre(Precision precision) {
    var gpu = TestGpu.withBlas();
    var captured = trained(gpu, precision);
    assertTrue((double) captured.get(1) < 0.8 * (double) captured.get(0), captured.toString());
    assertEquals(2, gpu.driver.newCalls().stream().filter(c -> c.startsWith("endCapture")).count(),
        "a graph an epoch");
    var inputs = switch (precision) {
      case BFLOAT16 -> BFLOAT16;
      case FLOAT16 -> FLOAT16;
      default -> 0;
    };
    assertTrue(gpu.blas.inputs.contains(inputs), gpu.blas.inputs.toString());
    assertEquals(precision == Precision.TF32 ? IN_TF32 : IN_FLOAT32, gpu.blas.compute);
    System.setProperty(CudaQueue.SYNCHRONOUS, "true");
    assertArrayEquals(trained(TestGpu.withBlas(), precision).toArray(), captured.toArray());
  }

  @Test
  void halvesAreThoseThatCublasMultiplies() {
    assertEquals(Set.of(DType.BFLOAT16, DType.FLOAT16), TestGpu.withBlas().backend.info().halves());
    for (var half : TestGpu.withBlas().backend.info().halves())
      assertTrue(MathPolicy.dataType(half) >= 0, half.toString());
  }
}
