package io.jacquard.cli;

import io.jacquard.spi.Backends;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard train images}: its options, which are all checked before any work. */
@Command(name = ImageTask.IMAGES, sortOptions = false, description = "Learns to tell pictures apart that lie in a folder for each class.", footer = {
    "",
    "With folders 'train' and 'test' in FOLDER, each holding a folder for each class, these are taken; otherwise 15 % of",
    "the pictures are kept for the test.", "", "Example:",
    "  jacquard train images flowers --size 64 --epochs 20"})
final class TrainImagesCommand implements Callable<Integer> {
  private static final int LARGEST = 1024;

  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder with a folder for each class: PNG, JPEG, BMP or GIF.")
  private Path folder;

  @Mixin
  private ImageOptions images;

  @Option(names = "--size", paramLabel = "N", defaultValue = "64", description = "Pictures are resized to squares of so many pixels a side (default: ${DEFAULT-VALUE}).")
  private int size;

  TrainImagesCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    var command = spec.commandLine();
    var settings = images.settings(command, ImageTask.IMAGES);
    TrainOptions.require(command, size >= 8 && size <= LARGEST,
        "--size " + size + ": expected 8 to " + LARGEST + " pixels.");
    var device = images.options.device;
    device.check(command, backends);
    var prepare = ImagePreparation.photographs(size, images.augment());
    return new Training(settings,
        () -> ImageTask.of(settings, ImagePictures.in(folder, settings.seed()), prepare, images.mixes()),
        output)
        .run(() -> device.open(backends, settings.model(), settings, output::error));
  }
}
