package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.data.csv.Table;
import io.jacquard.data.csv.Target;
import io.jacquard.explain.PermutationImportance;
import io.jacquard.nn.Loss;
import io.jacquard.train.Trainer;
import java.nio.file.Path;

/** The page on how much a network relies on the columns of a table. */
final class TableExplanation {
  private static final int REPEATS = 10;
  private static final int MOST_LINES = 10;
  private static final int WIDTH = 30;

  private final CsvModel saved;
  private final Path run;
  private final Output output;

  TableExplanation(CsvModel saved, Path run, Output output) {
    this.saved = saved;
    this.run = run;
    this.output = output;
  }

  byte[] of(Path file) {
    var table = Table.read(file, saved.format());
    var target = saved.encoder().target();
    if (!table.has(target.name())) {
      throw new JacquardException(file + " has no column '" + target.name()
          + "': importance is measured by how well it is predicted. Name a file with the answers.");
    }
    var rows = table.withValue(target.name());
    var loss = target instanceof Target.Classes ? Loss.crossEntropy() : Loss.mse();
    var data = saved.encoder().tolerating(_ -> {}).encode(rows);
    var found = PermutationImportance.of(Trainer.of(saved.model()).loss(loss), data, saved.encoder().widths(),
        REPEATS);
    var sorted = found.sorted();
    double most = Math.max(sorted.getFirst().mean(), Double.MIN_NORMAL);
    int name = sorted.stream().mapToInt(c -> c.name().length()).max().orElse(0);
    output.line("What '" + target.name() + "' is told by: how much the loss, " + Format.score(found.loss())
        + ", grows when a column is shuffled");
    var page = new Page("What " + run + " relies on to tell '" + target.name() + "'")
        .text(Format.count(rows.rows()) + " rows of " + file
            + ". Each column's values were shuffled among the rows, "
            + REPEATS + " times; the bar says by how much the loss, " + Format.score(found.loss())
            + ", grows then. Columns that say the same share what they are worth.")
        .bars();
    for (int i = 0; i < sorted.size(); i++) {
      var column = sorted.get(i);
      var value = Format.score(column.mean());
      page.bar(column.name(), column.mean() / most, value);
      if (i < MOST_LINES) {
        var bar = "█".repeat((int) Math.round(WIDTH * Math.clamp(column.mean() / most, 0, 1)));
        output.line("  " + column.name() + " ".repeat(name - column.name().length() + 2) + bar
            + " ".repeat(WIDTH - bar.length() + 2) + value + " ± " + Format.score(column.std()));
      }
    }
    if (sorted.size() > MOST_LINES)
      output.line("  and " + (sorted.size() - MOST_LINES) + " more, on the page");
    return page.end().heading("How this was computed")
        .text("Permutation importance: Breiman 2001; Fisher, Rudin, Dominici 2019. Jacquard "
            + Version.jacquard()
            + ". Rows that the model was trained on make columns look more important than they are for others.")
        .bytes();
  }
}
