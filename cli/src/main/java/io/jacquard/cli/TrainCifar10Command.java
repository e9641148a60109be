package io.jacquard.cli;

import io.jacquard.spi.Backends;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jacquard train cifar10}: its options, which are all checked before any work. */
@Command(name = ImageTask.CIFAR10, sortOptions = false, description = "Learns to tell the ten classes of CIFAR-10's small pictures apart.", footer = {
    "",
    "The data are the pictures as files, in folders train/CLASS and test/CLASS. Nothing is fetched from a network.",
    "", "Example:", "  jacquard train cifar10 --data cifar10 --model resnet20 --epochs 8"})
final class TrainCifar10Command implements Callable<Integer> {
  private final Output output;

  @Spec
  private CommandSpec spec;

  @Mixin
  private ImageOptions images;

  @Option(names = "--data", paramLabel = "DIR", description = "Folder with the folders 'train' and 'test' (default: 'cifar10' in the folder that JACQUARD_DATA names).")
  private @Nullable Path data;

  TrainCifar10Command(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    var command = spec.commandLine();
    var settings = images.settings(command, ImageTask.CIFAR10);
    var device = images.options.device;
    device.check(command, backends);
    var prepare = ImagePreparation.cifar10(images.augment());
    return new Training(settings,
        () -> ImageTask.of(settings, ImagePictures.cifar10(data), prepare, images.mixes()), output)
        .run(() -> device.open(backends, settings.model(), settings, output::error));
  }
}
