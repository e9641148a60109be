package io.jacquard.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsTest {
  @ParameterizedTest
  @CsvSource({"mlp, 101770", "softmax, 7850", "cnn, 1199882"})
  void everyModelTakesPicturesOfDigits(String name, long parameters) {
    OnReference.run(() -> {
      var model = Models.named(name);
      assertEquals(parameters, model.parameterCount());
      assertEquals(Shape.of(1, 10), model.call(Tensor.zeros(1, 1, 28, 28)).shape());
      assertNotSame(model, Models.named(name));
    });
  }

  @Test
  void theMlpHasTheTextbooksKeys() {
    OnReference.run(() -> assertEquals(List.of("1.weight", "1.bias", "4.weight", "4.bias"),
        List.copyOf(Models.mlp().stateDict().keySet())));
  }

  @Test
  void theCnnHasTheKeysAndShapesOfPyTorchsExample() {
    OnReference.run(() -> {
      var state = Models.cnn().stateDict();
      assertEquals(
          List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias",
              "fc2.weight", "fc2.bias"),
          List.copyOf(state.keySet()));
      assertEquals(Shape.of(32, 1, 3, 3), state.get("conv1.weight").shape());
      assertEquals(Shape.of(64, 32, 3, 3), state.get("conv2.weight").shape());
      assertEquals(Shape.of(128, 9216), state.get("fc1.weight").shape());
    });
  }

  @Test
  void anUnknownModelIsRefusedWithTheNearestName() {
    var error = assertThrows(JacquardException.class, () -> Models.named("softmx"));
    assertTrue(
        error.getMessage().startsWith("There is no model 'softmx', expected one of [mlp, softmax, cnn]."),
        error.getMessage());
    assertTrue(error.getMessage().contains("'softmax'?"), error.getMessage());
  }
}
