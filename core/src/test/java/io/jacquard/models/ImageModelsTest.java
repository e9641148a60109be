package io.jacquard.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.nn.Loss;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks of pictures: their sizes as papers and torchvision give them, keys, shapes, and that they can learn. */
class ImageModelsTest {
  /** Sums by hand, torchvision's (resnet18, but for its first layer and classes), or the paper's (0.27 M, 0.85 M). */
  @ParameterizedTest
  @CsvSource({"resnet20, 10, 269722", "resnet56, 10, 853018", "resnet18, 10, 11173962",
      "vgg11, 10, 9750922", "alexnet, 10, 4361034"})
  void sizes(String name, int classes, long parameters) {
    OnReference.run(() -> assertEquals(parameters,
        ImageModels.named(name, 3, classes).parameterCount()));
  }

  @Test
  void smallPicturesBecomeLogits() {
    OnReference.run(() -> {
      assertEquals(Shape.of(2, 10),
          ImageModels.named("resnet20", 3, 10).call(Tensor.rand(2, 3, 8, 8)).shape());
      assertEquals(Shape.of(1, 4),
          ImageModels.named("alexnet", 1, 4).call(Tensor.rand(1, 1, 16, 16)).shape());
      assertEquals(32, ImageModels.side("vgg11"));
      assertEquals(224, ImageModels.side("resnet50"));
      assertTrue(assertThrows(JacquardException.class, () -> ImageModels.named("resnet21", 3, 10))
          .getMessage().contains("'resnet20'?"));
      assertThrows(JacquardException.class, () -> ResNet.cifar(21, 3, 10));
    });
  }

  @Test
  void resNet50HasTorchvisionsKeysAndShapes() {
    OnReference.run(() -> {
      var model = ImageModels.named("resnet50", 3, 1000);
      assertEquals(25_557_032, model.parameterCount());
      var state = model.stateDict();
      assertEquals(320, state.size());
      assertEquals(Shape.of(64, 3, 7, 7), state.get("conv1.weight").shape());
      assertEquals(Shape.of(64, 64, 3, 3), state.get("layer1.0.conv2.weight").shape());
      assertEquals(Shape.of(256, 64, 1, 1), state.get("layer1.0.downsample.0.weight").shape());
      assertEquals(Shape.of(256), state.get("layer1.0.downsample.1.running_var").shape());
      assertEquals(Shape.of(512, 512, 3, 3), state.get("layer4.2.conv2.weight").shape());
      assertEquals(Shape.of(1000, 2048), state.get("fc.weight").shape());
      assertEquals(List.of("conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var",
          "bn1.num_batches_tracked", "layer1.0.conv1.weight"), List.copyOf(state.keySet()).subList(0, 7));
    });
  }

  @Test
  void shortcutsWithoutParametersThinOutAndPad() {
    OnReference.run(() -> {
      var block = ResidualBlock.padded(2, 6, 2);
      for (var parameter : block.parameters()) parameter.assign(Tensor.zerosLike(parameter.value()));
      block.eval();
      var y = block.call(Tensor.arange(1, 17, 1).to(DType.FLOAT32).reshape(1, 1, 4, 4)
          .expand(1, 2, 4, 4));
      assertEquals(Shape.of(1, 6, 2, 2), y.shape());
      assertArrayEquals(new float[]{1, 3, 9, 11}, y.select(1, 2).toFloats());
      assertArrayEquals(new float[]{0, 0, 0, 0}, y.select(1, 1).toFloats());
      assertArrayEquals(new float[]{0, 0, 0, 0}, y.select(1, 4).toFloats());
    });
  }

  @Test
  void costsAreThoseOfTheLayers() {
    OnReference.run(() -> {
      assertEquals(new ModelCost(101770, 784 * 128 + 128 * 10),
          ModelCost.of(() -> Models.named("mlp"), Shape.of(1, 1, 28, 28)));
      long lenet = 28 * 28 * 6 * 25 + 10 * 10 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10;
      assertEquals(new ModelCost(61706, lenet),
          ModelCost.of(() -> Models.named("lenet5"), Shape.of(1, 1, 28, 28)));
    });
  }

  private static float[] gradient(DeepNetwork network, int samples) {
    try (var _ = Scope.open()) {
      Loss.crossEntropy().of(network.call(Tensor.ones(samples, 1, 28, 28)),
          Tensor.arange(samples).remainder(10)).backward();
      return network.parameters().getFirst().grad().toFloats();
    }
  }

  /** Peak of one forward and backward pass beyond what the network itself takes. */
  private static long peak(boolean checkpointed) {
    try (var backend = new ReferenceBackend()) {
      var device = new Device(backend);
      return Device.with(device, () -> {
        var network = DeepNetwork.of(1001, 4, true);
        if (checkpointed) network.checkpointed();
        long before = device.memory().liveBytes();
        gradient(network, 40);
        return device.memory().peakBytes() - before;
      });
    }
  }

  @Test
  void checkpointsGiveTheSameGradientInLessMemory() {
    OnReference.run(() -> {
      var plain = DeepNetwork.of(50, 4, true);
      var again = DeepNetwork.of(50, 4, true).checkpointed();
      again.loadStateDict(plain.stateDict());
      assertArrayEquals(gradient(plain, 8), gradient(again, 8));
      assertTrue(again.toString().endsWith("48 times Linear(4, 4), Linear(4, 10), residual, checkpointed)"),
          again.toString());
      assertThrows(JacquardException.class, () -> DeepNetwork.of(2, 4, true));
    });
    long whole = peak(false);
    long part = peak(true);
    assertTrue(part < whole / 4, part + " of " + whole + " bytes");
  }

  @Test
  void residualsLetTheGradientThrough() {
    OnReference.run(() -> {
      double with = Tensor.of(gradient(DeepNetwork.of(200, 16, true), 8)).norm().item();
      double without = Tensor.of(gradient(DeepNetwork.of(200, 16, false), 8)).norm().item();
      assertTrue(with > 1e-3 && with < 1e3, "with " + with);
      assertTrue(!(without > 1e-6 && without < 1e6) || without < with / 100, "without " + without);
    });
  }

  @Test
  void autoencodersLearn() {
    OnReference.run(() -> {
      var images = Tensor.rand(8, 1, 28, 28).round();
      var simple = new Autoencoder(8);
      assertEquals(Shape.of(8, 784), simple.call(images).shape());
      assertEquals(List.of("encoder.1.weight", "encoder.1.bias", "encoder.3.weight", "encoder.3.bias",
          "decoder.0.weight", "decoder.0.bias", "decoder.2.weight", "decoder.2.bias"),
          List.copyOf(simple.stateDict().keySet()));
      var model = new VariationalAutoencoder(3);
      assertEquals(Shape.of(8, 784 + 6), model.call(images).shape());
      assertEquals(Shape.of(8, 784), model.reconstruct(images).shape());
      assertEquals(Shape.of(5, 8), simple.drawCodes(5, images).shape());
      assertEquals(Shape.of(8, 3), model.encode(images).draw().shape());
      var optimizer = Adam.of(1e-3).over(model);
      double first = 0;
      double last = 0;
      for (int step = 0; step < 5; step++) {
        optimizer.zeroGrad();
        var loss = model.loss(images);
        last = loss.item();
        if (step == 0) first = last;
        loss.backward();
        optimizer.step();
      }
      assertEquals(784 * Math.log(2), first, 30);
      assertTrue(last < first - 5, last + " after " + first);
    });
  }

  @Test
  void theDivergenceIsThatOfNormalDistributions() {
    OnReference.run(() -> {
      var codes = new VariationalAutoencoder.Codes(Tensor.of(1f, 0f, 2f).reshape(1, 3),
          Tensor.of(0f, 0f, (float) Math.log(4)).reshape(1, 3));
      // (m^2 + s^2 - 1 - ln s^2) / 2
      assertEquals(0.5 + 0 + (4 + 4 - 1 - Math.log(4)) / 2, codes.divergence().item(), 1e-5);
    });
  }
}
