package io.jacquard.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class CharLstmTest {
  private static final LanguageModelSizes SIZES = LanguageModelSizes.of(7).layers(2).width(6).dropout(0.2);

  @Test
  void itHasTheseKeys() {
    OnReference.run(() -> {
      var keys = List.copyOf(LanguageModels.named("lstm", SIZES).stateDict().keySet());
      assertEquals("embedding.weight", keys.getFirst());
      assertEquals("lstm.weight_ih_l0", keys.get(1));
      assertEquals("head.bias", keys.getLast());
      assertEquals(11, keys.size());
    });
  }

  @Test
  void aReaderGivesWhatACallGives() {
    OnReference.run(() -> {
      var model = LanguageModels.named("lstm", SIZES);
      model.eval();
      var tokens = Tensor.of(new long[]{1, 2, 3, 4, 6, 5, 0, 1}, Shape.of(2, 4));
      var whole = model.call(tokens);
      assertEquals(Shape.of(2, 4, 7), whole.shape());
      long before = Device.current().memory().liveBytes();
      try (var reader = model.reader(); var _ = Scope.open()) {
        same(whole.select(1, 1), reader.read(tokens.slice(1, 0, 2)));
        same(whole.select(1, 2), reader.read(tokens.slice(1, 2, 3)));
        same(whole.select(1, 3), reader.read(tokens.slice(1, 3, 4)));
      }
      assertEquals(before, Device.current().memory().liveBytes());
    });
  }

  @Test
  void aNameThatIsNotThereIsRefused() {
    var message = assertThrows(JacquardException.class, () -> LanguageModels.named("lstn", SIZES))
        .getMessage();
    assertTrue(message.contains("lstm"), message);
  }

  private static void same(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toFloats(), actual.toFloats(), 2e-6f);
  }
}
