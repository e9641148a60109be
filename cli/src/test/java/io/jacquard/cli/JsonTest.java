package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacquard.cli.bench.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
  @TempDir
  private Path folder;

  private Map<String, ?> backAgain(Map<String, ?> object) throws IOException {
    return Json.read(Files.write(folder.resolve("object.json"), Json.bytes(object)));
  }

  @Test
  void valuesComeBackAsTheyWere() throws IOException {
    var list = Arrays.asList("a \"b\"", 3L, 0.25, true, null, List.of(), Map.of("inner", -1L));
    assertEquals(Map.of("list", list), backAgain(Map.of("list", list)));
  }

  @Test
  void numbersThatJsonDoesNotKnowBecomeNull() throws IOException {
    var values = Arrays.asList(null, null);
    assertEquals(Map.of("x", values),
        backAgain(Map.of("x", List.of(Double.NaN, Double.POSITIVE_INFINITY))));
  }

  @Test
  void aRecordIsWrittenByItsComponents() throws IOException {
    var expected = Map.of("median", 2.0, "deviation", 1.0, "min", 1.0, "max", 3.0, "count", 3L);
    assertEquals(Map.of("times", expected), backAgain(Map.of("times", Spread.of(List.of(1.0, 2.0, 3.0)))));
  }

  @Test
  void whatIsNotAValueIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Json.bytes(Map.of("x", new Object())));
  }
}
