package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.data.text.Vocabulary;
import io.jacquard.io.ModelFile;
import io.jacquard.models.LanguageModel;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.LanguageModels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** A network for texts and the characters that it knows, as they are saved together. */
record TextModel(LanguageModel model, Vocabulary vocabulary) {
  private static final String CHARACTERS = "characters";
  /** What the names of a layer's tensors alone take in a file. */
  private static final int LAYER_BYTES = 100;

  /** What is saved with the weights: name and sizes of the network, and every character, in the order of their numbers. */
  static Map<String, String> metadata(String name, LanguageModelSizes sizes, Vocabulary vocabulary) {
    var map = new LinkedHashMap<String, String>();
    map.put("model", name);
    map.put("task", TextTask.NAME);
    map.putAll(sizes.toMap());
    map.put(CHARACTERS, vocabulary.decode(IntStream.range(0, vocabulary.size()).toArray()));
    map.put("version", Version.jacquard());
    return map;
  }

  /** Loads what {@code jacquard train text} has saved. */
  static TextModel load(Path file) {
    var metadata = ModelFile.metadata(file);
    if (!metadata.getOrDefault("task", "").equals(TextTask.NAME)) {
      throw new JacquardException(file + " writes no texts: it is of the task '"
          + metadata.getOrDefault("task", "unknown")
          + "'. Name a run of 'jacquard train text'.");
    }
    try {
      var sizes = LanguageModelSizes.fromMap(metadata);
      var text = PredictCommand.required(file, metadata, CHARACTERS);
      var vocabulary = Vocabulary.characters(text);
      if (vocabulary.size() != sizes.vocabulary()) {
        throw new JacquardException(
            "its metadata names " + vocabulary.size() + " characters, but its model has "
                + sizes.vocabulary() + ".");
      }
      // At least: a token's vector, and four matrices a layer, in whatever network.
      Claims.requireRoom(file, (double) sizes.vocabulary() * sizes.width()
          + sizes.layers() * (4.0 * sizes.width() * sizes.width() + LAYER_BYTES));
      var model = LanguageModels.named(PredictCommand.required(file, metadata, "model"), sizes);
      ModelFile.load(model, file);
      return new TextModel(model, vocabulary);
    } catch (JacquardException e) {
      var message = String.valueOf(e.getMessage());
      throw message.startsWith(file.toString()) ? e : new JacquardException(file + ": " + message, e);
    }
  }
}
