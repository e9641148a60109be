package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.io.Safetensors;
import io.jacquard.nn.Module;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** What a model begins with: values of another one ({@code --init}), and which of them stay ({@code --freeze}). */
final class Beginning {
  private static final int MOST_NAMED = 4;

  private Beginning() {}

  /**
   * Copies all values whose keys and shapes fit.
   *
   * @param from the folder of a run, or a .safetensors file
   * @return what was taken, for people
   */
  static String load(Module model, Path from) {
    var file = Files.isDirectory(from) ? from.resolve(RunFolder.MODEL) : from;
    if (!Files.isRegularFile(file)) {
      throw new JacquardException(
          "--init " + from + ": there is no such run or file. Name the folder of a run,"
              + " as 'jacquard train' prints it, or a .safetensors file.");
    }
    try (var _ = Scope.open(); var arena = Arena.ofConfined()) {
      var given = Safetensors.read(file, arena).tensors();
      var values = model.stateDict();
      var fresh = new ArrayList<String>();
      values.replaceAll((key, own) -> {
        var entry = given.get(key);
        if (entry == null || !entry.shape().equals(own.shape())
            || entry.dtype().isFloating() != own.dtype().isFloating()) {
          fresh.add(key);
          return own;
        }
        return Tensor.of(Device.current(), entry.dtype(), entry.shape(), entry.data());
      });
      int taken = values.size() - fresh.size();
      if (taken == 0) {
        throw new JacquardException("--init " + from + ": none of its " + given.size()
            + " tensors fits the model by key and shape. Choose the --model that it was saved from.");
      }
      model.loadStateDict(values);
      return "Begins with " + taken + " of " + values.size() + " tensors of " + file
          + (fresh.isEmpty() ? "." : "; fresh are " + named(fresh) + ".");
    }
  }

  private static String named(ArrayList<String> keys) {
    var text = String.join(", ", keys.subList(0, Math.min(MOST_NAMED, keys.size())));
    return keys.size() <= MOST_NAMED ? text : text + " and " + (keys.size() - MOST_NAMED) + " more";
  }

  /**
   * Freezes the parameters whose keys fit a pattern, in which {@code *} stands for any text and commas separate patterns.
   *
   * @return what stays, for people
   */
  static String freeze(Module model, String pattern) {
    var keys = Pattern.compile("(" + String.join("|",
        Pattern.compile(",").splitAsStream(pattern).map(Beginning::expression).toList()) + ")");
    var all = model.namedParameters();
    var frozen = all.keySet().stream().filter(key -> keys.matcher(key).matches()).toList();
    if (frozen.isEmpty()) {
      throw new JacquardException("--freeze '" + pattern + "' fits none of the model's parameters: "
          + named(new ArrayList<>(all.keySet())) + ". Use * for any text, as in 'conv*'.");
    }
    if (frozen.size() == all.size()) {
      throw new JacquardException("--freeze '" + pattern
          + "' leaves nothing to train, expected a pattern that fits some parameters.");
    }
    for (var key : frozen) model.parameters(key::equals).forEach(parameter -> parameter.freeze(true));
    return "Frozen: " + frozen.size() + " of " + all.size() + " parameters.";
  }

  private static String expression(String pattern) {
    return Pattern.compile("\\*").splitAsStream(pattern + " ").map(Pattern::quote)
        .reduce((a, b) -> a + ".*" + b)
        .orElseThrow().replace(" \\E", "\\E");
  }
}
