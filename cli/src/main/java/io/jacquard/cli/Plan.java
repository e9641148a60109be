package io.jacquard.cli;

import java.nio.file.Path;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * How a run begins and moves, beyond its optimizer.
 *
 * @param oneCycle whether the learning rate rises and falls once over the whole run, instead of by epochs
 * @param accumulate over how many batches gradients are added up before each step
 * @param freeze which parameters stay as they are, by a pattern for their keys; null for none
 * @param init from which run or file the values come that fit; null for fresh ones
 * @param numbers in which products are computed
 */
record Plan(boolean oneCycle, int accumulate, @Nullable String freeze, @Nullable Path init,
    AskedPrecision numbers) {
  static final Plan USUAL = new Plan(false, 1, null, null, AskedPrecision.FLOAT32);

  /** Adds what is not usual, by the names on the command line. */
  void addTo(SequencedMap<String, Object> options) {
    if (oneCycle) options.put("schedule", "one cycle");
    if (accumulate > 1) options.put("accumulate", accumulate);
    if (freeze != null) options.put("freeze", freeze);
    if (init != null) options.put("init", init.toString());
    if (numbers != AskedPrecision.FLOAT32) options.put("precision", numbers.label());
  }
}
