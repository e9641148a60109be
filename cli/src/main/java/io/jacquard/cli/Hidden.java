package io.jacquard.cli;

import io.jacquard.JacquardException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The hidden layers of a network of linear layers: as options name them, and as they are saved with the model.
 *
 * @param sizes none for what is usual
 */
record Hidden(List<Integer> sizes, String activation) {
  static final String USUAL_ACTIVATION = "relu";
  static final Hidden USUAL = new Hidden(List.of(), USUAL_ACTIVATION);
  private static final String SIZES = "hidden";
  private static final String ACTIVATION = "activation";
  private static final int MOST_LAYERS = 100;

  Hidden {
    sizes = List.copyOf(sizes);
  }

  /** With these sizes where none were named. */
  Hidden or(List<Integer> usual) {
    return sizes.isEmpty() ? new Hidden(usual, activation) : this;
  }

  boolean isUsual() {
    return equals(USUAL);
  }

  String text() {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  Map<String, String> metadata() {
    return Map.of(SIZES, text(), ACTIVATION, activation);
  }

  /** Adds what is asked for, by the names on the command line. */
  void addTo(Map<String, Object> options) {
    options.put(SIZES, sizes);
    if (!activation.equals(USUAL_ACTIVATION)) options.put(ACTIVATION, activation);
  }

  /** What a model file says; nothing is what is usual. */
  static Hidden of(Path file, Map<String, String> metadata) {
    var sizes = new ArrayList<Integer>();
    var text = metadata.getOrDefault(SIZES, "");
    for (var size : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      if (!size.matches("[1-9]\\d{0,4}") || sizes.size() == MOST_LAYERS)
        throw new JacquardException(
            file + ": its metadata gives '" + size + "' as the size of a hidden layer.");
      sizes.add(Integer.valueOf(size));
    }
    return new Hidden(sizes, metadata.getOrDefault(ACTIVATION, USUAL_ACTIVATION));
  }

  /** Refuses a file that cannot hold the weights of a network with these layers. */
  void requireRoom(Path file, int inputs, int outputs) {
    double weights = 0;
    int size = inputs;
    for (int next : sizes) {
      weights += (double) size * next;
      size = next;
    }
    Claims.requireRoom(file, weights + (double) size * outputs);
  }
}
