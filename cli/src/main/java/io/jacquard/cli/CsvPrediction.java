package io.jacquard.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.jacquard.Shape;
import io.jacquard.data.csv.Table;
import io.jacquard.data.csv.Target;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Trainer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Predictions for the rows of a CSV file, as CSV: the line, the prediction and, of a class, how likely it is. */
final class CsvPrediction {
  private static final int BATCH = 1000;

  private CsvPrediction() {}

  /** @param all whether to give the probability of every class */
  static String of(CsvModel saved, Path file, boolean all, Consumer<String> notices) {
    var table = Table.read(file, saved.format());
    var encoder = saved.encoder().tolerating(notices);
    var inputs = encoder.inputs(table);
    int width = encoder.width();
    var text = new StringWriter();
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      csv.writeRecord(header(encoder.target(), all));
      for (int from = 0; from < table.rows(); from += BATCH) {
        int to = Math.min(from + BATCH, table.rows());
        var outputs = outputs(saved, Arrays.copyOfRange(inputs, from * width, to * width), to - from);
        int each = encoder.outputs();
        for (int row = from; row < to; row++) {
          var own = Arrays.copyOfRange(outputs, (row - from) * each, (row - from + 1) * each);
          csv.writeRecord(cells(table.line(row), encoder.target(), own, all));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has none
    }
    return text.toString();
  }

  private static float[] outputs(CsvModel saved, float[] inputs, int rows) {
    try (var _ = Scope.open()) {
      var x = Tensor.of(inputs, Shape.of(rows, saved.encoder().width()));
      var y = Trainer.of(saved.model()).predict(x);
      return (saved.encoder().target() instanceof Target.Classes ? y.softmax(1) : y).toFloats();
    }
  }

  private static List<String> header(Target target, boolean all) {
    var header = new ArrayList<>(List.of("line", target.name()));
    if (target instanceof Target.Classes(var _, var classes)) {
      if (all)
        classes.forEach(name -> header.add("p(" + name + ")"));
      else
        header.add("probability");
    }
    return header;
  }

  private static List<String> cells(int line, Target target, float[] outputs, boolean all) {
    var cells = new ArrayList<>(List.of(Integer.toString(line)));
    switch (target) {
      case Target.Number number -> cells.add(Float.toString((float) number.value(outputs[0])));
      case Target.Classes(var _, var classes) -> {
        int best = 0;
        for (int c = 1; c < outputs.length; c++) {
          if (outputs[c] > outputs[best]) best = c;
        }
        cells.add(classes.get(best));
        for (int c = 0; c < outputs.length; c++) {
          if (all || c == best) cells.add(String.format(Locale.ROOT, "%.4f", outputs[c]));
        }
      }
    }
    return cells;
  }
}
