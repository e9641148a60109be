package io.jacquard.tensor;

import io.jacquard.JacquardException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Watches what a function computes with while nothing is recorded: whether a gradient would be, and which parameters. */
final class Probe {
  private final Map<Leaf, Long> versions = new LinkedHashMap<>();
  private boolean recorded;

  void sees(Tensor[] in) {
    for (var tensor : in) {
      recorded |= tensor.source() != null;
      var leaf = tensor.shown();
      if (leaf != null) versions.putIfAbsent(leaf, leaf.version());
    }
  }

  boolean sawRecorded() {
    return recorded;
  }

  /** Refuses to go on if a value that was used has changed since. */
  void check() {
    versions.forEach((leaf, version) -> {
      if (leaf.version() != version) {
        throw new JacquardException("Checkpoint: " + (leaf.label() == null ? "a tensor" : leaf.label())
            + " was changed after the forward pass, by an optimizer's step or an assignment, "
            + "so the same cannot be computed again. Call backward() before that.");
      }
    });
  }
}
