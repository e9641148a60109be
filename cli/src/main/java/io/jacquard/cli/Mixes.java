package io.jacquard.cli;

import io.jacquard.data.image.Mix;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * How the pictures of a batch are mixed.
 *
 * @param mixUp alpha of mixup; null for none
 * @param cutMix alpha of CutMix; null for none
 */
record Mixes(@Nullable Double mixUp, @Nullable Double cutMix) {
  static final Mixes NONE = new Mixes(null, null);

  /** Null for not at all; with both, one of them for each batch. */
  @Nullable
  Mix of(int classes) {
    var first = mixUp == null ? null : Mix.mixUp(mixUp, classes);
    var second = cutMix == null ? null : Mix.cutMix(cutMix, classes);
    return first == null ? second : second == null ? first : first.or(second);
  }

  /** Adds what is not usual, by the names on the command line. */
  void addTo(SequencedMap<String, Object> options) {
    if (mixUp != null) options.put("mixup", mixUp);
    if (cutMix != null) options.put("cutmix", cutMix);
  }
}
