package io.jacquard.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.jacquard.io.AtomicFile;
import io.jacquard.train.Epoch;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** {@code history.csv}: a line for each epoch, a column for each value; what an epoch lacks stays empty. */
final class HistoryFile {
  private HistoryFile() {}

  /** @param samples what a sample is, such as {@code images} */
  static void write(Path file, List<Epoch> epochs, String samples) {
    AtomicFile.write(file, text(epochs, samples).getBytes(StandardCharsets.UTF_8));
  }

  static String text(List<Epoch> epochs, String samples) {
    var names = new LinkedHashSet<String>();
    epochs.forEach(epoch -> names.addAll(epoch.values().keySet()));
    var text = new StringWriter();
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      var header = new ArrayList<>(List.of("epoch"));
      header.addAll(names);
      header.addAll(List.of("seconds", samples + "_per_second", "complete"));
      csv.writeRecord(header);
      epochs.forEach(epoch -> csv.writeRecord(cells(epoch, names)));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has none
    }
    return text.toString();
  }

  private static List<String> cells(Epoch epoch, Collection<String> names) {
    var cells = new ArrayList<>(List.of(Integer.toString(epoch.number())));
    for (var name : names) {
      var value = epoch.values().get(name);
      cells.add(value == null ? "" : value.toString());
    }
    cells.add(Double.toString(epoch.seconds()));
    cells.add(Double.toString(epoch.samplesPerSecond()));
    cells.add(Boolean.toString(epoch.complete()));
    return cells;
  }
}
