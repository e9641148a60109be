package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.data.csv.ColumnType;
import io.jacquard.data.csv.CsvFormat;
import io.jacquard.spi.Backends;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jacquard train csv}: its options, which are checked as far as can be before any work. */
@Command(name = CsvTask.NAME, sortOptions = false, description = "Learns to predict a column of a CSV file from the others.", footer = {
    "",
    "The target is taken for a class if it is text, true/false, or whole numbers of at most ten values; otherwise it "
        + "is a number. Numbers are standardised, categories become an input each, and a missing number "
        + "counts as the median, all by the training rows alone. 'jacquard predict RUN FILE' uses the same.",
    "", "Example:", "  jacquard train csv houses.csv --target price --ignore id"})
final class TrainCsvCommand implements Callable<Integer> {
  private final Output output;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The CSV file: comma, semicolon or tab, with a header.")
  private Path file;

  @Option(names = "--target", required = true, paramLabel = "COLUMN", description = "The column to predict.")
  private String target;

  @Option(names = "--classes", description = "Take the target for a class.")
  private boolean classes;

  @Option(names = "--numbers", description = "Take the target for a number.")
  private boolean numbers;

  @Option(names = "--ignore", paramLabel = "COLUMN", split = ",", description = "Columns to leave out.")
  private List<String> ignore = List.of();

  @Option(names = "--category", paramLabel = "COLUMN", split = ",", description = "Columns whose numbers are names, such as postcodes.")
  private List<String> categories = List.of();

  @Option(names = "--delimiter", paramLabel = "SIGN", description = "Between fields: one sign, or tab (default: found out).")
  private @Nullable String delimiter;

  @Option(names = "--no-header", description = "The first line is data; columns are column1, column2, ...")
  private boolean noHeader;

  @Option(names = "--decimal-comma", description = "Numbers are written as 3,14.")
  private boolean decimalComma;

  @Option(names = "--missing", paramLabel = "TEXT", split = ",", description = "Texts that stand for a missing value, beside the empty cell (default: NA, NaN, null and the like).")
  private @Nullable List<String> missing;

  @Option(names = "--validation", paramLabel = "SHARE", defaultValue = "0.15", description = "Rows to watch the training with (default: ${DEFAULT-VALUE}).")
  private Double validation;

  @Option(names = "--test", paramLabel = "SHARE", defaultValue = "0.15", description = "Rows to test with (default: ${DEFAULT-VALUE}).")
  private Double test;

  @Mixin
  private HiddenOptions hidden;

  @Option(names = "--balance", description = "Let rare classes weigh as much as frequent ones.")
  private boolean balance;

  @Option(names = "--epochs", paramLabel = "N", description = "Walks over the training data (default: by the number of rows).")
  private @Nullable Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Rows a step (default: by the number of rows).")
  private @Nullable Integer batch;

  @Mixin
  private TrainOptions options;

  TrainCsvCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var backends = Backends.discover();
    var command = spec.commandLine();
    // 1 where the number of rows decides.
    var settings = options.settings(command, CsvTask.NAME, Recipe.of("mlp"), epochs == null ? 1 : epochs,
        batch == null ? 1 : batch);
    require(!(classes && numbers), "--classes and --numbers: expected one of the two.");
    require(!ignore.contains(target), "--ignore " + target + ": the target cannot be left out.");
    require(share(validation) && share(test) && validation + test < 1,
        "--validation " + validation + " --test " + test + ": expected shares above 0, below 1 together.");
    var layers = hidden.settings(command, true);
    options.device.check(command, backends);
    var asked = new CsvTask.Asked(file, format(), target, classes, numbers, ignore, validation, test, layers,
        balance, epochs, batch);
    return new Training(settings, () -> CsvTask.load(settings, asked), output)
        .run(() -> options.device.open(backends, settings.model(), settings, output::error));
  }

  private CsvFormat format() {
    try {
      var format = CsvFormat.DEFAULT;
      if (delimiter != null) format = format.delimiter(sign(delimiter));
      if (noHeader) format = format.noHeader();
      if (decimalComma) format = format.decimalComma();
      if (missing != null) {
        var texts = new HashSet<>(missing);
        texts.add("");
        format = format.missing(Set.copyOf(texts));
      }
      for (var column : categories) format = format.type(column, ColumnType.CATEGORY);
      return format;
    } catch (JacquardException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private char sign(String text) {
    if (text.equals("tab") || text.equals("\\t")) return '\t';
    require(text.length() == 1, "--delimiter '" + text + "': expected one sign, or tab.");
    return text.charAt(0);
  }

  private static boolean share(double value) {
    return value > 0 && value < 1;
  }

  private void require(boolean right, String otherwise) {
    TrainOptions.require(spec.commandLine(), right, otherwise);
  }
}
