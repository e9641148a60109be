package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.data.csv.CsvFormat;
import io.jacquard.data.csv.TableEncoder;
import io.jacquard.io.ModelFile;
import io.jacquard.models.Mlp;
import io.jacquard.nn.Module;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/**
 * The network for a table, and what is saved with it, so that other files are read and encoded as the one that it was
 * trained on.
 */
record CsvModel(Module model, TableEncoder encoder, CsvFormat format) {
  static final String ENCODER = "encoder";
  private static final String DELIMITER = "csv_delimiter";
  private static final String HEADER = "csv_header";
  private static final String DECIMAL_COMMAS = "csv_decimal_commas";
  private static final String MISSING = "csv_missing";
  private static final double DROPOUT = 0.1;

  /** Hidden layers with dropout, and one without for the outputs. */
  static Module of(int inputs, Hidden hidden, int outputs) {
    return new Mlp(inputs, hidden.sizes(), outputs, hidden.activation(), DROPOUT).build();
  }

  /** The part of a model file's metadata that says how to read a CSV file. */
  static SequencedMap<String, String> format(CsvFormat format) {
    var map = new LinkedHashMap<String, String>();
    if (format.delimiter() != 0) map.put(DELIMITER, String.valueOf(format.delimiter()));
    map.put(HEADER, Boolean.toString(format.header()));
    map.put(DECIMAL_COMMAS, Boolean.toString(format.decimalCommas()));
    map.put(MISSING, String.join(",", new TreeSet<>(format.missing())));
    return map;
  }

  /** Loads what {@code jacquard train csv} has saved. */
  static CsvModel load(Path file, Map<String, String> metadata) {
    try {
      var encoder = TableEncoder.fromJson(PredictCommand.required(file, metadata, ENCODER));
      var hidden = Hidden.of(file, metadata);
      hidden.requireRoom(file, encoder.width(), encoder.outputs());
      var model = of(encoder.width(), hidden, encoder.outputs());
      ModelFile.load(model, file);
      return new CsvModel(model, encoder, format(metadata).types(encoder.types()));
    } catch (JacquardException e) {
      var message = String.valueOf(e.getMessage());
      throw message.startsWith(file.toString()) ? e : new JacquardException(file + ": " + message, e);
    }
  }

  private static CsvFormat format(Map<String, String> metadata) {
    var format = CsvFormat.DEFAULT;
    var delimiter = metadata.getOrDefault(DELIMITER, "");
    if (delimiter.length() == 1) format = format.delimiter(delimiter.charAt(0));
    if (metadata.getOrDefault(HEADER, "true").equals("false")) format = format.noHeader();
    if (metadata.getOrDefault(DECIMAL_COMMAS, "false").equals("true")) format = format.decimalComma();
    var missing = metadata.get(MISSING);
    if (missing != null) format = format.missing(new HashSet<>(List.of(missing.split(",", -1))));
    return format;
  }
}
