package io.jacquard.data.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.io.FileProblem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV file in two passes, so that no more than the columns has to be kept: the first finds what the columns are,
 * the second takes their values. Text is UTF-8, or UTF-16 if a byte order mark says so.
 */
final class CsvFile {
  private static final char[] DELIMITERS = {',', ';', '\t'};
  /** How much of the file is looked at to find the delimiter. */
  private static final int SAMPLE = 1 << 16;

  private final Path path;
  private final CsvFormat format;

  CsvFile(Path path, CsvFormat format) {
    this.path = path;
    this.format = format;
  }

  Table table() {
    FileProblem.requireFile(path, "a CSV file");
    char delimiter = format.delimiter() == 0 ? detect() : format.delimiter();
    var first = new FirstPass();
    walk(delimiter, first);
    if (first.names == null)
      throw new JacquardException(path + " is empty, expected a CSV file with a row for each sample.");
    if (first.rows == 0) throw new JacquardException(path + " has a header, but no rows below it.");
    var second = new SecondPass(first);
    walk(delimiter, second);
    return second.table();
  }

  // ---- records

  private void walk(char delimiter, Consumer<CsvRecord> each) {
    try (var reader = open(); var csv = reader(delimiter).ofCsvRecord(reader)) {
      csv.forEach(each);
    } catch (IOException e) {
      throw problem(e);
    } catch (UncheckedIOException e) {
      throw problem(Objects.requireNonNull(e.getCause()));
    } catch (CsvParseException e) {
      if (e.getCause() instanceof IOException cause) throw problem(cause);
      // Its message says in which line the record began; its cause, if there is one, says what is wrong.
      var why = e.getCause() == null ? "" : " " + e.getCause().getMessage();
      throw new JacquardException(path + " cannot be read as CSV: " + strip(e.getMessage()) + "." + why
          + " Is a quotation mark missing?", e);
    }
  }

  private static String strip(@Nullable String message) {
    return message == null ? "it is damaged" : message.replaceAll("\\.$", "");
  }

  private JacquardException problem(IOException e) {
    return e instanceof CharacterCodingException
        ? new JacquardException(path + " holds bytes that are no UTF-8 text. Save it as UTF-8.", e)
        : FileProblem.of(path, "cannot be read", e);
  }

  private static CsvReader.CsvReaderBuilder reader(char delimiter) {
    return CsvReader.builder().fieldSeparator(delimiter).skipEmptyLines(true)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE).missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false);
  }

  private Reader open() throws IOException {
    var in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    try {
      in.mark(3);
      int mark = in.read() << 16 | (in.read() & 0xff) << 8 | in.read() & 0xff;
      in.reset();
      Charset charset = StandardCharsets.UTF_8;
      if (mark == 0xefbbbf) {
        in.skipNBytes(3);
      } else if (mark >>> 8 == 0xfeff || mark >>> 8 == 0xfffe) {
        in.skipNBytes(2);
        charset = mark >>> 8 == 0xfeff ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
      }
      return new InputStreamReader(in, charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** The delimiter that cuts all of the first lines into equally many fields, the most of them; a comma if none does. */
  private char detect() {
    char best = DELIMITERS[0];
    int most = 1;
    var sample = sample();
    for (char delimiter : DELIMITERS) {
      int fields = fields(delimiter, sample);
      if (fields > most) {
        most = fields;
        best = delimiter;
      }
    }
    return best;
  }

  private String sample() {
    try (var reader = open()) {
      var text = new char[SAMPLE];
      int length = 0;
      for (int more; length < SAMPLE && (more = reader.read(text, length, SAMPLE - length)) > 0;)
        length += more;
      return new String(text, 0, length);
    } catch (IOException e) {
      throw problem(e);
    }
  }

  /** How many fields each record has; 0 if they differ. */
  private static int fields(char delimiter, String sample) {
    int fields = -1;
    try {
      var counts = new ArrayList<Integer>();
      for (var csvRecord : reader(delimiter).allowUnclosedQuote(true).ofCsvRecord(sample))
        counts.add(csvRecord.getFieldCount());
      if (sample.length() == SAMPLE && counts.size() > 1) counts.removeLast(); // it may be cut
      for (int count : counts) {
        if (fields >= 0 && count != fields) return 0;
        fields = count;
      }
      return Math.max(fields, 0);
    } catch (CsvParseException _) {
      return 0; // quotation marks where this delimiter would not allow them
    }
  }

  // ---- first pass

  private final class FirstPass implements Consumer<CsvRecord> {
    @Nullable
    List<String> names;
    /** What each column can still be, but CATEGORY, which it always can. */
    private List<EnumSet<ColumnType>> can = List.of();
    private boolean[] hasValue = {};
    int rows;

    @Override
    public void accept(CsvRecord row) {
      if (names == null) {
        names = names(row);
        can = names.stream().map(_ -> EnumSet.of(ColumnType.NUMBER, ColumnType.BOOLEAN, ColumnType.DATE))
            .toList();
        hasValue = new boolean[names.size()];
        for (var name : format.types().keySet()) {
          if (!names.contains(name)) {
            throw new JacquardException(path + " has no column '" + name + "', which is expected."
                + Nearest.hint(name, names));
          }
        }
        if (format.header()) return;
      }
      if (row.getFieldCount() != names.size()) {
        throw new JacquardException(path + ", line " + row.getStartingLineNumber() + ": "
            + row.getFieldCount() + (row.getFieldCount() == 1 ? " field" : " fields") + ", expected "
            + names.size() + " as in the first line. Is a delimiter or a quotation mark missing?");
      }
      for (int c = 0; c < names.size(); c++) look(c, format.cell(row.getField(c)));
      rows++;
    }

    private void look(int column, String cell) {
      if (format.isMissing(cell)) return;
      hasValue[column] = true;
      var types = can.get(column);
      if (!types.isEmpty()) types.removeIf(type -> !type.accepts(format.numeral(cell)));
    }

    ColumnType type(int column) {
      var given = format.types().get(Objects.requireNonNull(names).get(column));
      if (given != null) return given;
      var types = can.get(column);
      return !hasValue[column] || types.isEmpty() ? ColumnType.CATEGORY : types.iterator().next();
    }
  }

  private List<String> names(CsvRecord first) {
    var names = new LinkedHashMap<String, Integer>();
    for (int c = 0; c < first.getFieldCount(); c++) {
      var name = format.header() ? first.getField(c).strip() : "";
      if (name.isEmpty()) name = "column" + (c + 1);
      var before = names.putIfAbsent(name, c);
      if (before != null) {
        throw new JacquardException(path + ", line " + first.getStartingLineNumber() + ": columns "
            + (before + 1) + " and " + (c + 1) + " are both called '" + shorten(name)
            + "', expected names of their own.");
      }
    }
    return List.copyOf(names.keySet());
  }

  // ---- second pass

  private final class SecondPass implements Consumer<CsvRecord> {
    private final List<String> names;
    private final ColumnType[] types;
    /** Of each column, double[] or String[]. */
    private final double[][] numbers;
    private final @Nullable String[][] texts;
    private final HashMap<String, String> known = new HashMap<>();
    private final int[] lines;
    private boolean headerSeen = !format.header();
    private int row;

    SecondPass(FirstPass first) {
      names = Objects.requireNonNull(first.names);
      types = new ColumnType[names.size()];
      numbers = new double[names.size()][];
      texts = new String[names.size()][];
      lines = new int[first.rows];
      for (int c = 0; c < types.length; c++) {
        types[c] = first.type(c);
        numbers[c] = new double[isNumber(types[c]) ? first.rows : 0];
        texts[c] = new String[isNumber(types[c]) ? 0 : first.rows];
      }
    }

    private static boolean isNumber(ColumnType type) {
      return type == ColumnType.NUMBER || type == ColumnType.DATE;
    }

    @Override
    public void accept(CsvRecord fields) {
      if (!headerSeen) {
        headerSeen = true;
        return;
      }
      if (row == lines.length || fields.getFieldCount() != types.length)
        throw new JacquardException(path + " was changed while it was read. Read it again.");
      lines[row] = Math.toIntExact(fields.getStartingLineNumber());
      for (int c = 0; c < types.length; c++) take(c, format.cell(fields.getField(c)));
      row++;
    }

    private void take(int column, String cell) {
      var type = types[column];
      boolean missing = format.isMissing(cell);
      if (!missing && !type.accepts(format.numeral(cell))) {
        throw new JacquardException(path + ", line " + lines[row] + ": '" + shorten(cell) + "' in column '"
            + names.get(column) + "' is no " + type.label() + ".");
      }
      if (isNumber(type))
        numbers[column][row] = missing ? Double.NaN : type.number(format.numeral(cell));
      else
        texts[column][row] = missing ? null : known.computeIfAbsent(cell, text -> text);
    }

    Table table() {
      if (row != lines.length)
        throw new JacquardException(path + " was changed while it was read. Read it again.");
      var columns = new ArrayList<Column>();
      for (int c = 0; c < types.length; c++) {
        columns.add(isNumber(types[c])
            ? new Column.Numbers(names.get(c), types[c], numbers[c])
            : new Column.Texts(names.get(c), types[c], Arrays.copyOf(texts[c], lines.length)));
      }
      return new Table(path.toString(), columns, lines);
    }
  }

  static String shorten(String cell) {
    return cell.length() > 40 ? cell.substring(0, 40) + "..." : cell;
  }
}
