package io.jacquard.cli;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.data.Digits;
import io.jacquard.models.ImageModels;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.LanguageModels;
import io.jacquard.models.ModelCost;
import io.jacquard.models.Models;
import io.jacquard.nn.Module;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** {@code jacquard models}: the networks that tasks know by name, and what they cost. */
@Command(name = "models", description = "Lists the ready-made networks, with their parameters and multiply-adds.", footer = {
    "",
    "Multiply-adds are those of one forward pass of one sample, in products of matrices and convolutions. A sample of text is",
    "a window of so many characters, of which there are 65 different ones.",
    "",
    "Example:", "  jacquard models"})
final class ModelsCommand implements Callable<Integer> {
  private static final int CLASSES = 10;
  /** Of Tiny Shakespeare. */
  private static final int CHARACTERS = 65;

  private final Output output;

  ModelsCommand(Output output) {
    this.output = output;
  }

  private record Row(String task, String name, Shape sample, DType type, Supplier<Module> make) {}

  private static List<Row> rows() {
    var rows = new ArrayList<Row>();
    for (var name : Models.names())
      rows.add(new Row(MnistTask.NAME, name, Shape.of(1, 1, Digits.SIDE, Digits.SIDE), DType.FLOAT32,
          () -> Models.named(name)));
    for (var name : ImageModels.names()) {
      long side = ImageModels.side(name);
      rows.add(new Row(ImageTask.CIFAR10 + ", " + ImageTask.IMAGES, name, Shape.of(1, 3, side, side),
          DType.FLOAT32,
          () -> ImageModels.named(name, 3, CLASSES)));
    }
    for (var name : LanguageModels.names()) {
      var usual = TextRecipe.of(name).sizes();
      var sizes = new LanguageModelSizes(CHARACTERS, usual.layers(), usual.heads(), usual.width(),
          usual.context(), 0);
      rows.add(new Row(TextTask.NAME, name, Shape.of(1, sizes.context()), DType.INT64,
          () -> LanguageModels.named(name, sizes)));
    }
    return rows;
  }

  @Override
  public Integer call() {
    var device = Backends.discover().choose("cpu", OpenOptions.DEFAULT).device();
    try (var _ = device.backend()) {
      Device.with(device, () -> {
        var form = "%-11s  %-15s  %-12s  %11s  %14s";
        output.line(form.formatted("Model", "Task", "Sample", "Parameters", "Multiply-adds"));
        for (var row : rows()) {
          var cost = ModelCost.of(row.make, row.sample, row.type);
          var sizes = List.of(row.sample.toString().replaceAll("[\\[\\]]", "").split(", "));
          var sample = String.join("x", sizes.subList(1, sizes.size()));
          output.line(String.format(Locale.ROOT, "%-11s  %-15s  %-12s  %,11d  %,14d", row.name, row.task,
              sample, cost.parameters(), cost.multiplyAdds()));
        }
      });
    }
    return 0;
  }
}
