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
  @CsvSource({"mlp, 101770", "softmax, 7850", "cnn, 1199882", "vit, 139018", "lstm, 82186", "gru, 61962",
      "lenet5, 61706", "deep1001, 1080394", "plain1001, 1080394"})
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
  void hiddenLayersAndActivationsAreChosen() {
    OnReference.run(() -> {
      for (var name : Mlp.activations()) {
        var model = Models.mlp(List.of(5, 4), name);
        assertEquals(Shape.of(2, 10), model.call(Tensor.zeros(2, 1, 28, 28)).shape());
        assertEquals(List.of("1.weight", "1.bias", "4.weight", "4.bias", "7.weight", "7.bias"),
            List.copyOf(model.stateDict().keySet()));
      }
      var error = assertThrows(JacquardException.class, () -> Models.mlp(List.of(), "rleu"));
      assertTrue(error.getMessage().endsWith("Did you mean 'relu'?"), error.getMessage());
    });
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
  void theVisionTransformerHasTorchvisionsKeys() {
    OnReference.run(() -> {
      var state = Models.vit().stateDict();
      assertEquals(List.of("class_token", "conv_proj.weight", "conv_proj.bias", "encoder.pos_embedding",
          "encoder.layers.encoder_layer_0.ln_1.weight", "encoder.layers.encoder_layer_0.ln_1.bias",
          "encoder.layers.encoder_layer_0.self_attention.in_proj_weight",
          "encoder.layers.encoder_layer_0.self_attention.in_proj_bias",
          "encoder.layers.encoder_layer_0.self_attention.out_proj.weight",
          "encoder.layers.encoder_layer_0.self_attention.out_proj.bias",
          "encoder.layers.encoder_layer_0.ln_2.weight", "encoder.layers.encoder_layer_0.ln_2.bias",
          "encoder.layers.encoder_layer_0.mlp.0.weight", "encoder.layers.encoder_layer_0.mlp.0.bias",
          "encoder.layers.encoder_layer_0.mlp.3.weight", "encoder.layers.encoder_layer_0.mlp.3.bias"),
          List.copyOf(state.keySet()).subList(0, 16));
      assertEquals(List.of("encoder.ln.weight", "encoder.ln.bias", "heads.head.weight", "heads.head.bias"),
          List.copyOf(state.keySet()).subList(state.size() - 4, state.size()));
      var error = assertThrows(JacquardException.class, () -> Models.vit().call(Tensor.zeros(1, 3, 28, 28)));
      assertTrue(error.getMessage().contains("[1, 3, 28, 28]"), error.getMessage());
      assertThrows(JacquardException.class, () -> new VisionTransformer.Sizes(1, 28, 5, 1, 1, 8, 8, 0, 10));
    });
  }

  @Test
  void anUnknownModelIsRefusedWithTheNearestName() {
    var error = assertThrows(JacquardException.class, () -> Models.named("softmx"));
    assertTrue(
        error.getMessage().startsWith("There is no model 'softmx', expected one of " + Models.names() + "."),
        error.getMessage());
    assertTrue(error.getMessage().contains("'softmax'?"), error.getMessage());
  }
}
