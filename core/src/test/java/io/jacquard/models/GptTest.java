package io.jacquard.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.io.TensorFile;
import io.jacquard.nn.Loss;
import io.jacquard.optim.AdamW;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPT: keys, causality, the reader's cache and what happens beyond the context, GPT-2's file, learning. */
class GptTest {
  private static final LanguageModelSizes SIZES = LanguageModelSizes.of(11).layers(2).heads(2).width(8)
      .context(6);

  private static Tensor tokens(long... numbers) {
    return Tensor.of(numbers, Shape.of(1, numbers.length));
  }

  private static Gpt evaluating(LanguageModelSizes sizes) {
    var model = new Gpt(sizes);
    model.eval();
    return model;
  }

  @Test
  void keysAreGpt2s() {
    OnReference.run(() -> {
      assertEquals(List.of("wte.weight", "wpe.weight", "h.0.ln_1.weight", "h.0.attn.c_attn.weight",
          "h.0.attn.c_proj.weight", "h.0.ln_2.weight", "h.0.mlp.c_fc.weight", "h.0.mlp.c_proj.weight",
          "ln_f.weight"),
          List.copyOf(new Gpt(SIZES.layers(1)).stateDict().keySet()));
      // nanoGPT prints 0.80M for its small model of characters, positions not counted.
      var small = new Gpt(LanguageModelSizes.of(65).layers(4).heads(4).width(128).context(64));
      assertEquals(804_096, small.parameterCount());
      assertTrue(Gpt.gpt2(SIZES).stateDict().containsKey("h.1.mlp.c_fc.bias"));
    });
  }

  @Test
  void whatComesLaterDoesNotMatter() {
    OnReference.run(() -> {
      var model = evaluating(SIZES);
      var one = model.call(tokens(1, 2, 3, 4)).slice(1, 0, 3).toFloats();
      var other = model.call(tokens(1, 2, 3, 9)).slice(1, 0, 3).toFloats();
      assertArrayEquals(one, other);
      assertEquals(Shape.of(1, 4, 11), model.call(tokens(1, 2, 3, 4)).shape());
    });
  }

  @Test
  void aReaderGivesWhatACallGives() {
    OnReference.run(() -> {
      var model = evaluating(SIZES);
      var all = tokens(5, 3, 8, 1, 10, 2);
      var whole = model.call(all);
      try (var reader = model.reader()) {
        assertArrayEquals(whole.select(1, 2).toFloats(), reader.read(all.slice(1, 0, 3)).toFloats(), 1e-6f);
        assertArrayEquals(whole.select(1, 3).toFloats(), reader.read(all.slice(1, 3, 4)).toFloats(), 1e-6f);
        assertArrayEquals(whole.select(1, 5).toFloats(), reader.read(all.slice(1, 4, 6)).toFloats(), 1e-6f);
        // The context is full: the last three are read again.
        assertArrayEquals(model.call(tokens(10, 2, 7)).select(1, 2).toFloats(),
            reader.read(tokens(7)).toFloats(),
            1e-6f);
        assertArrayEquals(model.call(tokens(10, 2, 7, 4)).select(1, 3).toFloats(),
            reader.read(tokens(4)).toFloats(),
            1e-6f);
        // Longer than the context: its end.
        assertArrayEquals(model.call(tokens(3, 4, 5, 6, 7, 8)).select(1, 5).toFloats(),
            reader.read(tokens(1, 2, 3, 4, 5, 6, 7, 8)).toFloats(), 1e-6f);
      }
    });
  }

  @Test
  void itLearnsWhatFollows() {
    OnReference.run(() -> {
      var model = new Gpt(SIZES);
      var optimizer = AdamW.of(1e-2).over(model);
      var x = tokens(1, 2, 3, 4, 5, 6);
      var y = tokens(2, 3, 4, 5, 6, 7);
      double first = 0;
      double last = 0;
      for (int step = 0; step < 60; step++) {
        optimizer.zeroGrad();
        var loss = Loss.crossEntropy().of(model.call(x).flatten(0, 1), y.flatten());
        loss.backward();
        optimizer.step();
        last = loss.item();
        if (step == 0) first = last;
      }
      assertEquals(Math.log(11), first, 0.2);
      assertTrue(last < 0.3, "loss " + last);
    });
  }

  @Test
  void gpt2sFileIsRead(@TempDir Path folder) {
    OnReference.run(() -> {
      var sizes = LanguageModelSizes.of(7).layers(1).heads(2).width(128).context(5);
      var model = Gpt.gpt2(sizes);
      model.eval();
      var published = new LinkedHashMap<String, Tensor>();
      model.stateDict().forEach((key, value) -> {
        boolean turned = value.rank() == 2 && key.contains(".c_");
        published.put("transformer." + key, turned ? value.mT().contiguous() : value);
      });
      published.put("transformer.h.0.attn.bias", Tensor.ones(1, 1, 5, 5));
      published.put("lm_head.weight", published.get("transformer.wte.weight"));
      var file = folder.resolve("model.safetensors");
      TensorFile.save(published, file, Map.of());
      var read = Gpt.fromGpt2(file);
      read.eval();
      assertEquals(sizes, read.sizes());
      var text = tokens(1, 6, 0, 3);
      assertArrayEquals(model.call(text).toFloats(), read.call(text).toFloats());
      assertNotEquals(0, Arrays.stream(toDoubles(read.call(text))).sum());

      published.remove("transformer.h.0.mlp.c_fc.bias");
      TensorFile.save(published, file, Map.of());
      refused(() -> Gpt.fromGpt2(file), "model.safetensors", "missing", "h.0.mlp.c_fc.bias");
      published.remove("transformer.wpe.weight");
      TensorFile.save(published, file, Map.of());
      refused(() -> Gpt.fromGpt2(file), "wpe.weight");
      TensorFile.save(
          new LinkedHashMap<>(Map.of("wte.weight", Tensor.ones(3, 4), "wpe.weight", Tensor.ones(3, 4))),
          file, Map.of());
      refused(() -> Gpt.fromGpt2(file), "0 layers");
    });
  }

  private static double[] toDoubles(Tensor x) {
    return x.toDoubles();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    OnReference.run(() -> {
      refused(() -> new Gpt(SIZES.heads(3)), "8", "3");
      refused(() -> new Gpt(SIZES).call(tokens(1, 2, 3, 4, 5, 6, 7)), "[1, 7]", "6");
      refused(() -> new Gpt(SIZES).call(Tensor.of(1L, 2L)), "[2]", "[N, T]");
    });
  }

  private static void refused(Runnable wrong, String... parts) {
    var message = assertThrows(JacquardException.class, wrong::run).getMessage();
    for (var part : parts) assertTrue(message.contains(part), message);
  }
}
