package io.jacquard.cli;

import io.jacquard.models.LanguageModelSizes;

/**
 * What a model of texts is made and trained with where the user says nothing else.
 *
 * @param sizes but for the vocabulary, which is the text's
 * @param steps of training
 */
record TextRecipe(Recipe recipe, LanguageModelSizes sizes, int steps) {
  /** An LSTM by what two cores do in ten minutes; a GPT as nanoGPT's example for a machine without a GPU. */
  static TextRecipe of(String model) {
    var sizes = LanguageModelSizes.of(1);
    return model.equals("gpt")
        ? new TextRecipe(new Recipe(model, 12, "adamw", 1e-3, 1),
            sizes.layers(4).heads(4).width(128).context(64),
            2000)
        : new TextRecipe(new Recipe(model, 32, "adamw", 3e-3, 1), sizes.width(256).context(128), 4000);
  }
}
