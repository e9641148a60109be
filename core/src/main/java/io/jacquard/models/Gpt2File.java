package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.io.Safetensors;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads GPT-2's published weights. Its linear layers are what its authors called Conv1D, whose weights are [in, out]; they are
 * turned. Masks, which are constants, and the logits' weight, which is {@code wte}'s, are left out; so is a prefix
 * {@code transformer.}.
 */
final class Gpt2File {
  private static final String PREFIX = "transformer.";
  /** All models of the family have heads of this width. */
  private static final int HEAD = 64;
  private static final Set<String> TURNED = Set.of("c_attn.weight", "c_proj.weight", "c_fc.weight");

  private Gpt2File() {}

  static Gpt load(Path file) {
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var entries = new LinkedHashMap<String, Safetensors.Entry>();
      Safetensors.read(file, arena).tensors().forEach((key, entry) -> {
        var own = key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
        boolean constant = own.endsWith(".attn.bias") || own.endsWith(".attn.masked_bias")
            || own.equals("lm_head.weight");
        if (!constant) entries.put(own, entry);
      });
      var model = Gpt.gpt2(sizes(file, entries));
      var values = new LinkedHashMap<String, Tensor>();
      entries.forEach((key, entry) -> values.put(key, value(key, entry)));
      try {
        model.loadStateDict(values);
      } catch (JacquardException e) {
        throw new JacquardException(file + ": " + e.getMessage(), e);
      }
      return model;
    }
  }

  private static Tensor value(String key, Safetensors.Entry entry) {
    var tensor = Tensor.of(Device.current(), entry.dtype(), entry.shape(), entry.data());
    boolean turned = tensor.rank() == 2 && TURNED.stream().anyMatch(key::endsWith);
    return turned ? tensor.mT() : tensor;
  }

  private static LanguageModelSizes sizes(Path file, Map<String, Safetensors.Entry> entries) {
    var tokens = table(file, entries, "wte.weight");
    var places = table(file, entries, "wpe.weight");
    int layers = 0;
    while (entries.containsKey("h." + layers + ".ln_1.weight")) layers++;
    long width = tokens.shape().size(1);
    if (layers == 0 || width == 0 || width % HEAD != 0 || places.shape().size(1) != width) {
      throw new JacquardException(file + ": " + layers + " layers of width " + width
          + ", expected GPT-2's: h.0.ln_1.weight and so on, and a width that is a multiple of " + HEAD
          + " in both tables.");
    }
    // Before memory is taken for a network of these sizes: the file must have its largest parts.
    for (int i = 0; i < layers; i++) {
      requireShape(file, entries, "h." + i + ".attn.c_attn.weight", width, 3 * width);
      requireShape(file, entries, "h." + i + ".mlp.c_fc.weight", width, 4 * width);
    }
    // The matrices are in the file, so their sizes are small numbers.
    return LanguageModelSizes.of((int) tokens.shape().size(0)).layers(layers).heads((int) width / HEAD)
        .width((int) width).context((int) places.shape().size(0));
  }

  private static void requireShape(Path file, Map<String, Safetensors.Entry> entries, String key, long rows,
      long columns) {
    var shape = table(file, entries, key).shape();
    if (shape.size(0) != rows || shape.size(1) != columns) {
      throw new JacquardException(file + ": " + key + " has shape " + shape + ", expected [" + rows + ", "
          + columns + "], GPT-2's.");
    }
  }

  private static Safetensors.Entry table(Path file, Map<String, Safetensors.Entry> entries, String key) {
    var entry = entries.get(key);
    if (entry == null || entry.shape().rank() != 2) {
      throw new JacquardException(file + ": there is no matrix " + key + ", expected the weights of GPT-2.");
    }
    return entry;
  }
}
