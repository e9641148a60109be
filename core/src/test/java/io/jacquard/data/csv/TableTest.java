package io.jacquard.data.csv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading CSV files, well-formed and not. */
class TableTest {
  @TempDir
  private Path folder;

  private Path file(String text) throws IOException {
    return file(text, UTF_8);
  }

  private Path file(String text, Charset charset) throws IOException {
    return Files.write(folder.resolve("t.csv"), text.getBytes(charset));
  }

  private Table read(String text) throws IOException {
    return Table.read(file(text));
  }

  private static double[] numbers(Table table, String name) {
    return ((Column.Numbers) table.column(name)).values();
  }

  private static String texts(Table table, String name) {
    return Arrays.toString(((Column.Texts) table.column(name)).values());
  }

  private String refusal(String text, CsvFormat format) throws IOException {
    var path = file(text);
    var message = assertThrows(JacquardException.class, () -> Table.read(path, format)).getMessage();
    assertTrue(message.startsWith(path.toString()), message);
    assertTrue(message.endsWith(".") || message.endsWith("?"), message);
    return message.substring(path.toString().length());
  }

  private String refusal(String text) throws IOException {
    return refusal(text, CsvFormat.DEFAULT);
  }

  @Test
  void typesAreFound() throws IOException {
    var table = read("""
        id,height,red,born,name,nothing
        1, 1.5 ,true,1970-01-02,Ann,
        2,-2e3,No,2000-02-29T12:00,"Bob, the ""old"" one",NA
        3,.5,YES,1969-12-31 18:00:00-06:00,?,null
        """);
    assertEquals(Map.of("id", ColumnType.NUMBER, "height", ColumnType.NUMBER, "red", ColumnType.BOOLEAN,
        "born", ColumnType.DATE, "name", ColumnType.CATEGORY, "nothing", ColumnType.CATEGORY), table.types());
    assertArrayEquals(new double[]{1.5, -2000, 0.5}, numbers(table, "height"));
    assertArrayEquals(new double[]{1, 11016.5, 0}, numbers(table, "born"));
    assertEquals("[Ann, Bob, the \"old\" one, null]", texts(table, "name"));
    assertEquals("[true, No, YES]", texts(table, "red"));
    assertEquals(3, table.column("nothing").missing());
    assertEquals(4, table.line(2));
  }

  @Test
  void whatLooksLikeANumberToJavaNeedNotBeOne() throws IOException {
    for (var cell : List.of("1d", "0x10", "Infinity", "1_000", "1,5", "--1", "1e", "1e999", "٣"))
      assertEquals(ColumnType.CATEGORY, read("a;b\n" + cell + ";1\n").types().get("a"), cell);
    for (var cell : List.of("1970-02-30", "2024-1-1", "01.02.2024", "2024-01-01T25:00"))
      assertEquals(ColumnType.CATEGORY, read("a;b\n" + cell + ";1\n").types().get("a"), cell);
  }

  @Test
  void delimitersAreFoundAndCanBeGiven() throws IOException {
    for (var delimiter : List.of(",", ";", "\t")) {
      var table = read(String.join(delimiter, "a", "b", "c") + "\n" + String.join(delimiter, "1", "x", "2.5")
          + "\n");
      assertEquals(List.of("a", "b", "c"), table.names(), delimiter);
    }
    // Commas in every line, but not equally many.
    assertEquals(List.of("a,b", "c"), read("a,b;c\n1;2,3,4\n").names());
    // Equally many semicolons and commas inside of quotes.
    assertEquals(List.of("a", "b"), read("a,b\n\"1;2\",3\n\"4;5\",6\n").names());
    assertEquals(List.of("a|b"), read("a|b\n1|2\n").names());
    assertEquals(List.of("a", "b"),
        Table.read(file("a|b\n1|2\n"), CsvFormat.DEFAULT.delimiter('|')).names());
  }

  @Test
  void decimalCommas() throws IOException {
    var table = Table.read(file("a;b\n1,5;x\n-2;y,z\n"), CsvFormat.DEFAULT.decimalComma());
    assertArrayEquals(new double[]{1.5, -2}, numbers(table, "a"));
    assertEquals("[x, y,z]", texts(table, "b"));
    assertThrows(JacquardException.class, () -> CsvFormat.DEFAULT.decimalComma().delimiter(','));
  }

  @Test
  void byteOrderMarksQuotesAndLineEndings() throws IOException {
    assertEquals(List.of("a", "b"), read("\ufeffa,b\r\n1,2\r\n").names());
    assertEquals(List.of("ä", "b"), Table.read(file("\ufeffä,b\n1,2\n", UTF_16LE)).names());
    var table = read("a,b\n\"one\ntwo\",1\n\n\nthree,2");
    assertEquals("[one\ntwo, three]", texts(table, "a"));
    assertEquals(2, table.line(0));
    assertEquals(6, table.line(1));
  }

  @Test
  void withoutAHeader() throws IOException {
    var table = Table.read(file("1,x\n2,y\n"), CsvFormat.DEFAULT.noHeader());
    assertEquals(List.of("column1", "column2"), table.names());
    assertEquals(2, table.rows());
    assertEquals(1, table.line(0));
    assertEquals(List.of("column1", "b"), read(",b\n1,2\n").names(), "a column without a name");
  }

  @Test
  void whatCountsAsMissing() throws IOException {
    var text = "a,b\nNA,1\nx,-\n,3\n";
    assertEquals("[null, x, null]", texts(read(text), "a"));
    assertEquals(ColumnType.CATEGORY, read(text).types().get("b"));
    var own = Table.read(file(text), CsvFormat.DEFAULT.missing(Set.of("-")));
    assertEquals("[NA, x, ]", texts(own, "a"));
    assertArrayEquals(new double[]{1, Double.NaN, 3}, numbers(own, "b"));
    assertArrayEquals(new double[]{1, 3}, numbers(own.withValue("b"), "b"));
    assertEquals(4, own.withValue("b").line(1));
  }

  @Test
  void typesCanBeGiven() throws IOException {
    var text = "zip,n\n01234,1\n99999,x\n";
    var table = Table.read(file(text), CsvFormat.DEFAULT.type("zip", ColumnType.CATEGORY));
    assertEquals("[01234, 99999]", texts(table, "zip"));
    assertEquals(", line 3: 'x' in column 'n' is no number.",
        refusal(text, CsvFormat.DEFAULT.type("n", ColumnType.NUMBER)));
    assertEquals(" has no column 'zpi', which is expected. Did you mean 'zip'?",
        refusal(text, CsvFormat.DEFAULT.type("zpi", ColumnType.NUMBER)));
  }

  @Test
  void raggedRowsNameTheLine() throws IOException {
    assertEquals(", line 4: 2 fields, expected 3 as in the first line. Is a delimiter or a quotation mark "
        + "missing?", refusal("a,b,c\n\"x\ny\",2,3\n4,5\n", CsvFormat.DEFAULT.delimiter(',')));
    assertTrue(refusal("a,b\n1,2,3\n", CsvFormat.DEFAULT.delimiter(',')).startsWith(", line 2: 3 fields"));
    assertTrue(refusal("a,b\n1\n", CsvFormat.DEFAULT.delimiter(',')).startsWith(", line 2: 1 field,"));
  }

  @Test
  void filesThatAreNoTablesAreRefused() throws IOException {
    assertTrue(refusal("").startsWith(" is empty"));
    assertTrue(refusal("\n\n").startsWith(" is empty"));
    assertTrue(refusal("\ufeff").startsWith(" is empty"));
    assertEquals(" has a header, but no rows below it.", refusal("a,b\n"));
    assertEquals(", line 1: columns 1 and 3 are both called 'a', expected names of their own.",
        refusal("a,b, a\n1,2,3\n"));
    assertTrue(refusal("a,b\n1,\"2\n3,4\n").startsWith(" cannot be read as CSV: "), refusal("a,b\n1,\"2\n"));
    var latin = Files.write(folder.resolve("latin.csv"), "a,b\nä,1\n".getBytes(ISO_8859_1));
    assertEquals(latin + " holds bytes that are no UTF-8 text. Save it as UTF-8.",
        assertThrows(JacquardException.class, () -> Table.read(latin)).getMessage());
    var missing = folder.resolve("none.csv");
    assertEquals(missing + " cannot be read: no such file or folder.",
        assertThrows(JacquardException.class, () -> Table.read(missing)).getMessage());
    assertEquals(folder + " is a folder, expected a CSV file.",
        assertThrows(JacquardException.class, () -> Table.read(folder)).getMessage());
  }

  @Test
  void columnsAndRowsThatAreNotThere() throws IOException {
    var table = read("price,rooms\n1,2\n3,4\n");
    var error = assertThrows(JacquardException.class, () -> table.column("prize"));
    assertTrue(error.getMessage().endsWith(
        " has no column 'prize'. Did you mean 'price'? Its columns are price, rooms."), error.getMessage());
    assertThrows(JacquardException.class, () -> table.without("rom"));
    assertThrows(JacquardException.class, () -> table.select(new int[]{2}));
    assertEquals(List.of("rooms"), table.without("price").names());
    assertArrayEquals(new double[]{3, 1, 3}, numbers(table.select(new int[]{1, 0, 1}), "price"));
    assertTrue(table.toString().endsWith("t.csv: 2 rows; price number, rooms number"), table.toString());
  }

  /** Whatever texts a table holds, quoted as RFC 4180 wants, they come back. */
  @Test
  void anyTextSurvives() throws IOException {
    var random = new Random(6);
    for (int round = 0; round < 150; round++) {
      int columns = 1 + random.nextInt(4);
      int rows = 1 + random.nextInt(6);
      char delimiter = ",;\t".charAt(random.nextInt(3));
      var cells = new String[rows][columns];
      var text = new StringBuilder();
      for (int c = 0; c < columns; c++) text.append(c == 0 ? "" : delimiter).append("c").append(c);
      for (var row : cells) {
        for (int c = 0; c < columns; c++) {
          var cell = new StringBuilder("x");
          int length = random.nextInt(8);
          for (int i = 0; i < length; i++) cell.append(",;\t\"\n'|€a ".charAt(random.nextInt(10)));
          row[c] = cell.append("z").toString();
          text.append(c == 0 ? "\n" : delimiter).append('"').append(row[c].replace("\"", "\"\"")).append('"');
        }
      }
      var table = Table.read(file(text.toString()), CsvFormat.DEFAULT.delimiter(delimiter));
      assertEquals(rows, table.rows());
      for (int c = 0; c < columns; c++) {
        for (int r = 0; r < rows; r++)
          assertEquals(cells[r][c], ((Column.Texts) table.column("c" + c)).values()[r]);
      }
    }
  }
}
