package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Networks for texts, by name; each call makes a new one with fresh weights.
 *
 * <pre>{@code
 * var model = LanguageModels.named("lstm", LanguageModelSizes.of(65).width(256));
 * }</pre>
 */
public final class LanguageModels {
  private static final Map<String, Function<LanguageModelSizes, LanguageModel>> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("lstm", CharLstm::new);
    BY_NAME.put("gpt", Gpt::new);
  }

  private LanguageModels() {}

  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** @throws JacquardException with the nearest name, if there is no such model */
  public static LanguageModel named(String name, LanguageModelSizes sizes) {
    var maker = BY_NAME.get(name);
    if (maker == null) {
      throw new JacquardException("There is no language model '" + name + "', expected one of " + names()
          + "." + Nearest.hint(name, names()));
    }
    return maker.apply(sizes);
  }
}
