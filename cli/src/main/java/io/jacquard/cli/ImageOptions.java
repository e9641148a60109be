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

  @Option(names = "--mixup", paramLabel = "ALPHA", description = "Mix each picture with another one, and their classes, by shares from Beta(ALPHA, ALPHA); 0.2 is usual. With --cutmix, one of the two for each batch.")
  private @Nullable Double mixUp;

  @Option(names = "--cutmix", paramLabel = "ALPHA", description = "Put a rectangle of another picture into each one, and mix their classes; 1 is usual.")
  private @Nullable Double cutMix;

  @Mixin
  TrainOptions options;

  boolean augment() {
    return !plain;
  }

  Mixes mixes() {
    return new Mixes(mixUp, cutMix);
  }

  TrainSettings settings(CommandLine command, String task) {
    UsageErrors.requireKnown(command, "model", model, ImageModels.names());
    requireShape(command, "--mixup", mixUp);
    requireShape(command, "--cutmix", cutMix);
    var recipe = Recipe.ofImages(model);
    return options.settings(command, task, recipe, epochs, batch == null ? recipe.batch() : batch);
  }

  private static void requireShape(CommandLine command, String option, @Nullable Double alpha) {
    TrainOptions.require(command, alpha == null || alpha > 0 && alpha <= 1000,
        option + " " + alpha + ": expected a number above 0, such as 0.2.");
  }
}
