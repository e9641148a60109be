package io.jacquard.cli;

import io.jacquard.models.ImageModels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that all tasks of pictures have. */
final class ImageOptions {
  @Option(names = "--model", paramLabel = "NAME", defaultValue = "resnet20", description = "resnet20, resnet56, resnet18, resnet50, alexnet, vgg11 or vgg11_bn; 'jacquard models' tells their sizes (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--epochs", paramLabel = "N", defaultValue = "8", description = "Walks over the training data (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Samples a step (default: 128).")
  private @Nullable Integer batch;

  @Option(names = "--no-augment", description = "Train with the pictures as they are, neither mirrored nor moved.")
  private boolean plain;

  @Mixin
  TrainOptions options;

  boolean augment() {
    return !plain;
  }

  TrainSettings settings(CommandLine command, String task) {
    UsageErrors.requireKnown(command, "model", model, ImageModels.names());
    var recipe = Recipe.ofImages(model);
    return options.settings(command, task, recipe, epochs, batch == null ? recipe.batch() : batch);
  }
}
