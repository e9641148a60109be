package io.jacquard.train;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.jacquard.io.AtomicFile;
import io.jacquard.nn.Module;
import io.jacquard.optim.Optimizer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Writes the values of all epochs to a CSV file, after each of them: a line for each epoch, a column for each value. What an
 * epoch lacks stays empty.
 *
 * <pre>{@code
 * trainer.fit(data, Fit.epochs(20).callbacks(new CSVLogger(Path.of("log.csv"))));
 * }</pre>
 *
 * @param file replaced in one step, so that it is whole at any time
 */
public record CSVLogger(Path file) implements Callback.Watching {
  @Override
  public TrainingListener watch(Module model, Optimizer optimizer) {
    var epochs = new ArrayList<Epoch>();
    return new TrainingListener() {
      @Override
      public void goesOn(List<Epoch> before) {
        epochs.addAll(before);
      }

      @Override
      public void epochDone(Epoch epoch) {
        epochs.add(epoch);
        AtomicFile.write(file, text(epochs).getBytes(StandardCharsets.UTF_8));
      }
    };
  }

  private static String text(List<Epoch> epochs) {
    var names = new LinkedHashSet<String>();
    epochs.forEach(epoch -> names.addAll(epoch.values().keySet()));
    var text = new StringWriter();
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      var header = new ArrayList<>(List.of("epoch"));
      header.addAll(names);
      csv.writeRecord(header);
      for (var epoch : epochs) {
        var cells = new ArrayList<>(List.of(Integer.toString(epoch.number())));
        for (var name : names) {
          var value = epoch.values().get(name);
          cells.add(value == null ? "" : value.toString());
        }
        csv.writeRecord(cells);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has none
    }
    return text.toString();
  }
}
