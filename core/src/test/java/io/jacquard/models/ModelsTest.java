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
  @CsvSource({"mlp, 101770", "softmax, 7850"})
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
  void anUnknownModelIsRefusedWithTheNearestName() {
    var error = assertThrows(JacquardException.class, () -> Models.named("softmx"));
    assertTrue(error.getMessage().startsWith("There is no model 'softmx', expected one of [mlp, softmax]."),
        error.getMessage());
    assertTrue(error.getMessage().contains("'softmax'?"), error.getMessage());
  }
}
