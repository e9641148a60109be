package io.jacquard.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomWindowsTest {
  @Test
  void windowsBeginAnywhereAndTargetsFollow() {
    OnReference.run(() -> {
      var data = new RandomWindows(IntStream.range(0, 10).toArray(), 3, 400);
      assertEquals(400, data.size());
      var batch = data.batch(Tensor.arange(400).to(DType.INT32));
      assertEquals(Shape.of(400, 3), batch.x().shape());
      assertEquals(DType.INT64, batch.y().dtype());
      var x = batch.x().toDoubles();
      var y = batch.y().toDoubles();
      var seen = new boolean[10];
      for (int i = 0; i < x.length; i++) {
        assertEquals(x[i - i % 3] + i % 3, x[i]);
        assertEquals(x[i] + 1, y[i]);
        if (i % 3 == 0) seen[(int) x[i]] = true;
      }
      for (int start = 0; start < 10; start++) assertEquals(start < 7, seen[start], "beginning " + start);
      assertFalse(Arrays.equals(x, data.batch(Tensor.arange(400).to(DType.INT32)).x().toDoubles()));
    });
  }

  @Test
  void whatHasNoWindowsIsRefused() {
    OnReference.run(() -> {
      var message = assertThrows(JacquardException.class, () -> new RandomWindows(new int[3], 3, 1))
          .getMessage();
      assertTrue(message.contains("3 tokens"), message);
      assertThrows(JacquardException.class, () -> new RandomWindows(new int[3], 0, 1));
      assertThrows(JacquardException.class, () -> new RandomWindows(new int[3], 1, 0));
    });
  }
}
