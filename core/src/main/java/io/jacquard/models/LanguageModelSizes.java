package io.jacquard.models;

import io.jacquard.JacquardException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a {@link LanguageModel} is made with, and what is saved beside its weights, so that it can be made again.
 *
 * <pre>{@code
 * var sizes = LanguageModelSizes.of(65).layers(4).heads(4).width(128).context(64).dropout(0.1);
 * var again = LanguageModelSizes.fromMap(sizes.toMap());
 * }</pre>
 *
 * @param vocabulary the number of different tokens
 * @param layers how many lie one above another
 * @param heads of attention, which divide the width; a network without attention takes no notice
 * @param width of the vectors between layers: the state of an LSTM, d of a transformer
 * @param context how many tokens training looks at together; a transformer never sees more
 * @param dropout the share that is dropped in training
 */
public record LanguageModelSizes(int vocabulary, int layers, int heads, int width, int context,
    double dropout) {
  /** Far beyond what fits into memory; a file that claims more is wrong. */
  private static final int MOST = 1 << 20;

  public LanguageModelSizes {
    require("vocabulary", vocabulary);
    require("layers", layers);
    require("heads", heads);
    require("width", width);
    require("context", context);
    if (!(dropout >= 0 && dropout < 1))
      throw new JacquardException(
          "Language model: dropout is " + dropout + ", expected a share from 0 to below 1.");
  }

  private static void require(String what, int size) {
    if (size < 1 || size > MOST)
      throw new JacquardException(
          "Language model: " + what + " is " + size + ", expected 1 to " + MOST + ".");
  }

  /** One layer, one head, width 128, context 64, no dropout. */
  public static LanguageModelSizes of(int vocabulary) {
    return new LanguageModelSizes(vocabulary, 1, 1, 128, 64, 0);
  }

  public LanguageModelSizes layers(int layers) {
    return new LanguageModelSizes(vocabulary, layers, heads, width, context, dropout);
  }

  public LanguageModelSizes heads(int heads) {
    return new LanguageModelSizes(vocabulary, layers, heads, width, context, dropout);
  }

  public LanguageModelSizes width(int width) {
    return new LanguageModelSizes(vocabulary, layers, heads, width, context, dropout);
  }

  public LanguageModelSizes context(int context) {
    return new LanguageModelSizes(vocabulary, layers, heads, width, context, dropout);
  }

  public LanguageModelSizes dropout(double dropout) {
    return new LanguageModelSizes(vocabulary, layers, heads, width, context, dropout);
  }

  /** By name, as a model file's metadata takes it. */
  public SequencedMap<String, String> toMap() {
    var map = new LinkedHashMap<String, String>();
    map.put("vocabulary", Integer.toString(vocabulary));
    map.put("layers", Integer.toString(layers));
    map.put("heads", Integer.toString(heads));
    map.put("width", Integer.toString(width));
    map.put("context", Integer.toString(context));
    map.put("dropout", Double.toString(dropout));
    return map;
  }

  /**
   * What {@link #toMap} has written; other entries do not matter.
   *
   * @throws JacquardException if a size is missing, no number, or out of bounds
   */
  public static LanguageModelSizes fromMap(Map<String, String> map) {
    return new LanguageModelSizes(integer(map, "vocabulary"), integer(map, "layers"), integer(map, "heads"),
        integer(map, "width"), integer(map, "context"), number(map, "dropout"));
  }

  private static int integer(Map<String, String> map, String key) {
    double value = number(map, key);
    if (value != Math.rint(value) || Math.abs(value) > MOST) throw wrong(key, map.getOrDefault(key, ""));
    return (int) value;
  }

  private static double number(Map<String, String> map, String key) {
    var text = map.get(key);
    if (text == null)
      throw new JacquardException("Language model: the size '" + key + "' is missing. "
          + "Use a file that 'jacquard train text' has saved.");
    // No sign, no exponent but a negative one: what toString writes of such numbers.
    if (!text.matches("\\d{1,9}(\\.\\d{1,20})?(E-\\d{1,3})?")) throw wrong(key, text);
    return Double.parseDouble(text);
  }

  private static JacquardException wrong(String key, String text) {
    var shown = text.length() > 20 ? text.substring(0, 20) + "..." : text;
    return new JacquardException(
        "Language model: the size '" + key + "' is '" + shown + "', expected a number within bounds.");
  }
}
