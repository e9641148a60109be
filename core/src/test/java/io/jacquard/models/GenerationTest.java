package io.jacquard.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.tensor.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationTest {
  @Test
  void whatFollowsIsReadInItsTurn() {
    OnReference.run(() -> {
      var model = new CountingModel(5);
      var written = new ArrayList<Integer>();
      new Generation(model, new Sampler(0, 0), new Generator(1)).from(new int[]{0, 3}, 4, written::add);
      assertEquals(List.of(4, 0, 1, 2), written);
      assertEquals(0, model.readersOpen);
      assertFalse(model.isTraining());
    });
  }

  @Test
  void whoIsToldMayEndIt() {
    OnReference.run(() -> {
      var model = new CountingModel(5);
      var written = new ArrayList<Integer>();
      new Generation(model, new Sampler(1, 0), new Generator(1)).from(new int[]{1}, 100, token -> {
        written.add(token);
        return written.size() < 2;
      });
      assertEquals(List.of(2, 3), written);
      assertEquals(0, model.readersOpen);
    });
  }

  @Test
  void thereMustBeAPrompt() {
    OnReference.run(() -> {
      var generation = new Generation(new CountingModel(3), new Sampler(1, 0), new Generator(1));
      assertThrows(JacquardException.class, () -> generation.from(new int[0], 1, _ -> true));
    });
  }

  @Test
  void tokensAreDrawnByTheirProbabilities() {
    var generator = new Generator(3);
    var logits = new float[]{(float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
    var counts = new int[3];
    for (int i = 0; i < 4000; i++) counts[new Sampler(1, 0).pick(logits, generator)]++;
    assertEquals(500, counts[0], 80);
    assertEquals(1000, counts[1], 110);
    var cold = new int[3];
    for (int i = 0; i < 4000; i++) cold[new Sampler(0.5, 0).pick(logits, generator)]++;
    assertEquals(4000 * 25.0 / 30, cold[2], 100); // squares of 1, 2 and 5
  }

  @Test
  void onlyTheLargestMayBeDrawn() {
    var generator = new Generator(3);
    var logits = new float[]{0, 0.1f, 0.2f, 0.3f};
    var seen = new boolean[4];
    for (int i = 0; i < 200; i++) seen[new Sampler(1, 2).pick(logits, generator)] = true;
    assertFalse(seen[0] || seen[1]);
    assertTrue(seen[2] && seen[3]);
    assertEquals(3, new Sampler(0, 0).pick(logits, generator));
    assertEquals(0, new Sampler(0, 0).pick(new float[]{1, 1}, generator));
  }

  @Test
  void theSameSeedGivesTheSameTokens() {
    var logits = new float[]{0, 0.1f, 0.2f, 0.3f, 0.1f};
    assertEquals(draws(logits, 11), draws(logits, 11));
    assertFalse(draws(logits, 11).equals(draws(logits, 12)));
  }

  private static List<Integer> draws(float[] logits, long seed) {
    var generator = new Generator(seed);
    var all = new ArrayList<Integer>();
    for (int i = 0; i < 30; i++) all.add(new Sampler(1, 0).pick(logits, generator));
    return all;
  }

  @Test
  void unsoundLogitsAndSettingsAreRefused() {
    var sampler = new Sampler(1, 0);
    var generator = new Generator(1);
    assertThrows(JacquardException.class, () -> sampler.pick(new float[]{1, Float.NaN}, generator));
    assertThrows(JacquardException.class, () -> sampler.pick(new float[0], generator));
    assertThrows(JacquardException.class, () -> new Sampler(-1, 0));
    assertThrows(JacquardException.class, () -> new Sampler(Double.NaN, 0));
    assertThrows(JacquardException.class, () -> new Sampler(1, -1));
  }

  @Test
  void sizesComeBackFromAFile() {
    var sizes = LanguageModelSizes.of(65).layers(4).heads(2).width(96).context(32).dropout(1e-5);
    assertEquals(sizes, LanguageModelSizes.fromMap(sizes.toMap()));
  }

  @ParameterizedTest
  @CsvSource({"layers, 0", "layers, -3", "layers, 1e9", "width, 12.5", "width, 99999999", "heads, x",
      "dropout, 1", "dropout, NaN", "context, 99999999999999999999999999999"})
  void sizesThatCannotBeAreRefused(String key, String value) {
    var map = LanguageModelSizes.of(65).toMap();
    map.put(key, value);
    var error = assertThrows(JacquardException.class, () -> LanguageModelSizes.fromMap(map));
    assertTrue(error.getMessage().contains(key), error.getMessage());
    assertThrows(JacquardException.class, () -> LanguageModelSizes.fromMap(Map.of()));
  }
}
