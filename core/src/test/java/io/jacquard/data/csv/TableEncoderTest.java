package io.jacquard.data.csv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What columns become, from the training rows alone. */
class TableEncoderTest {
  @TempDir
  private Path folder;

  private Table table(String text) {
    try {
      return Table.read(Files.writeString(folder.resolve("t.csv"), text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String PEOPLE = """
      age,color,member,joined,y
      1,red,true,2000-01-01,a
      3,,false,2000-01-03,b
      ,blue,,2000-01-05,a
      8,red,true,,a
      """;

  private static String refusal(Runnable body) {
    return assertThrows(JacquardException.class, body::run).getMessage();
  }

  @Test
  void everyKindOfColumn() {
    OnReference.run(() -> {
      var people = table(PEOPLE);
      var encoder = TableEncoder.of("y").indicators().fit(people);
      assertEquals(List.of("age", "age=missing", "color=blue", "color=red", "color=missing", "member",
          "member=missing", "joined", "joined=missing"), encoder.inputs());
      assertEquals(9, encoder.width());
      assertEquals(2, encoder.outputs());
      var x = encoder.inputs(people);
      // Ages 1, 3, 3 (the median), 8: mean 3.75, variance 6.6875.
      double deviation = Math.sqrt(6.6875);
      assertArrayEquals(new float[]{(float) (-2.75 / deviation), 0, 0, 1, 0}, Arrays.copyOf(x, 5), 1e-6f);
      assertArrayEquals(new float[]{(float) (-0.75 / deviation), 1, 1, 0, 0},
          Arrays.copyOfRange(x, 18, 23), 1e-6f);
      assertEquals(1, x[9 + 4], "a missing category is one of its own");
      var data = encoder.encode(people);
      assertArrayEquals(new long[]{0, 1, 0, 0}, data.batch(Tensor.of(0, 1, 2, 3)).y().toLongs());
      assertEquals(new Target.Classes("y", List.of("a", "b")), encoder.target());
      assertEquals("TableEncoder(4 columns, 9 inputs, target y)", encoder.toString());
    });
  }

  /** Mean 0 and deviation 1 in the training rows, by their own figures and no others. */
  @Test
  void standardisedByTheTrainingRowsOnly() {
    OnReference.run(() -> {
      var text = new StringBuilder("v,constant,y\n");
      for (int i = 0; i < 50; i++) text.append(i * i).append(",0.1,").append(2.5 * i).append('\n');
      var all = table(text.toString());
      var train = all.select(IntStream.range(0, 30).toArray());
      var encoder = TableEncoder.of("y").fit(train);
      var x = encoder.inputs(train);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 30; i++) {
        sum += x[2 * i];
        squares += x[2 * i] * x[2 * i];
        assertEquals(0, x[2 * i + 1], 1e-12, "what does not vary is 0");
      }
      assertEquals(0, sum, 1e-4);
      assertEquals(30, squares, 1e-3);
      var more = encoder.inputs(all);
      assertArrayEquals(x, Arrays.copyOf(more, x.length));
      assertTrue(more[2 * 49] > 5, "the other rows do not count");
      // A regression: the target is standardised too, and comes back in its own units.
      var y = encoder.encode(all).batch(Tensor.of(0, 49)).y();
      assertEquals("[2, 1]", y.shape().toString());
      var target = (Target.Number) encoder.target();
      assertEquals(0, target.value(y.toFloats()[0]), 1e-4);
      assertEquals(122.5, target.value(y.toFloats()[1]), 1e-4);
    });
  }

  @Test
  void meansMediansAndNumberedCategories() {
    var people = table(PEOPLE);
    var encoder = TableEncoder.of("y").fill(TablePlan.Fill.MEAN).index().ignore("member", "joined")
        .fit(people);
    assertEquals(List.of("age", "color"), encoder.inputs());
    var x = encoder.inputs(people);
    assertEquals(0, x[4], 1e-6, "the mean is 4, and stays it");
    assertArrayEquals(new float[]{2, 3, 1, 2}, new float[]{x[1], x[3], x[5], x[7]});
    assertEquals(2.5, TablePlan.median(new double[]{4, 1, 3, 2}));
    assertEquals(2, TablePlan.median(new double[]{3, 1, 2}));
  }

  @Test
  void whatIsClassifiedAndWhatIsNot() {
    assertTrue(TableEncoder.of("y").isClassification(table("x,y\n1,0\n2,1\n")));
    assertTrue(TableEncoder.of("y").isClassification(table("x,y\n1,yes\n2,no\n")));
    assertTrue(!TableEncoder.of("y").isClassification(table("x,y\n1,0.5\n2,1\n")));
    assertTrue(!TableEncoder.of("y").regression().isClassification(table("x,y\n1,0\n2,1\n")));
    var many = new StringBuilder("x,y\n");
    for (int i = 0; i < 11; i++) many.append("1,").append(i).append('\n');
    assertTrue(!TableEncoder.of("y").isClassification(table(many.toString())));
    var numbered = TableEncoder.of("y").classification().fit(table("x,y\n1,10\n2,2\n3,0.5\n"));
    assertEquals(new Target.Classes("y", List.of("0.5", "2", "10")), numbered.target(), "in their order");
    assertArrayEquals(new int[]{2, 1, 0}, numbered.labels(table("x,y\n1,10.0\n2,2\n3,.5\n")));
  }

  @Test
  void columnsThatCannotBeInputsAreRefusedWithACure() {
    var text = new StringBuilder("id,when,size,none,y\n");
    for (int i = 0; i < 30; i++) {
      text.append('"').append("key").append(i).append("\",").append(i % 28 + 1).append(".3.2024,\"")
          .append(i).append(",5\",,").append(i % 2).append('\n');
    }
    var table = table(text.toString());
    var unusable = TableEncoder.of("y").unusable(table);
    assertEquals(List.of("id", "when", "size", "none"), List.copyOf(unusable.keySet()));
    assertEquals("it has 30 different texts in 30 rows", unusable.get("id"));
    assertTrue(unusable.get("when").endsWith("look like dates, which are read in the form 2024-12-31 only"));
    assertTrue(unusable.get("size").endsWith("look like numbers with decimal commas"));
    assertEquals("it has no values", unusable.get("none"));
    assertTrue(refusal(() -> TableEncoder.of("y").fit(table)).endsWith(
        ": column 'id' can be no input: it has 30 different texts in 30 rows. Leave it out with "
            + "ignore(\"id\")."));
    assertTrue(refusal(() -> TableEncoder.of("y").ignore("id", "when", "size", "none").fit(table))
        .contains("has no column beside the target"));
  }

  @Test
  void targetsThatCannotBeAreRefused() {
    var people = table(PEOPLE);
    assertTrue(refusal(() -> TableEncoder.of("ag").fit(people)).contains("Did you mean 'age'?"));
    assertTrue(refusal(() -> TableEncoder.of("y").ignore("colour").fit(people)).contains("'color'"));
    assertTrue(refusal(() -> TableEncoder.of("color").fit(people))
        .endsWith(
            "line 3: the target 'color' is missing. Take the rows that have it: withValue(\"color\")."));
    assertTrue(refusal(() -> TableEncoder.of("y").regression().fit(people)).contains("expected numbers"));
    assertTrue(refusal(() -> TableEncoder.of("y").fit(table("x,y\n1,a\n2,a\n")))
        .contains("is a in all rows, expected at least two classes"));
    assertTrue(refusal(() -> TableEncoder.of("y").ignore("y")).contains("cannot be ignored"));
    assertTrue(refusal(() -> TableEncoder.of("y").fit(people.select(new int[0]))).contains("no rows"));
  }

  @Test
  void aCategoryThatTrainingHasNotSeen() {
    var encoder = TableEncoder.of("y").fit(table("c,y\nred,1.5\nblue,2\n"));
    var other = table("c\nred\ngreen\n\"\"\n");
    var message = refusal(() -> encoder.inputs(other));
    assertTrue(message.contains(", line 3: 'c' is 'green', which no training row has. "), message);
    var notices = new ArrayList<String>();
    assertArrayEquals(new float[]{0, 1, 0, 0, 0, 0}, encoder.tolerating(notices::add).inputs(other));
    assertEquals(2, notices.size());
    assertTrue(notices.get(1).endsWith(", line 4: 'c' is missing, which it never was in the training rows"),
        notices.get(1));
    var indexed = TableEncoder.of("y").index().fit(table("c,y\nred,1.5\nblue,2\n"));
    assertArrayEquals(new float[]{2, 0, 0}, indexed.tolerating(notices::add).inputs(other));
  }

  @Test
  void tablesThatDoNotFitTheEncoderAreRefused() {
    var encoder = TableEncoder.of("y").fit(table("age,c,y\n1,red,a\n2,blue,b\n"));
    assertTrue(refusal(() -> encoder.inputs(table("agee,c\n1,red\n")))
        .endsWith("lacks the column 'age', which the model predicts from. Did you mean 'agee'?"));
    assertTrue(
        refusal(() -> encoder.inputs(table("age,c\nold,red\n"))).contains("is category, but was number"));
    assertTrue(refusal(() -> encoder.labels(table("age,c,y\n1,red,B\n")))
        .contains("line 2: the target 'y' is 'B', which is none of the 2 classes of the training rows."));
    assertTrue(refusal(() -> encoder.labels(table("age,c,y\n1,red,\n"))).contains("is missing"));
    var regression = TableEncoder.of("y").fit(table("x,y\n1,0.5\n2,7\n"));
    assertTrue(refusal(() -> regression.labels(table("x,y\n1,2\n"))).contains("has no classes"));
    // In another order, with more columns, and with a number where a category is expected.
    var other = table("more,c,age\n1,red,1\n");
    assertArrayEquals(encoder.inputs(table("age,c,y\n1,red,a\n")), encoder.inputs(other));
  }

  @Test
  void asJsonAndBack() {
    for (var plan : List.of(TableEncoder.of("y").indicators(), TableEncoder.of("y").index(),
        TableEncoder.of("age").ignore("joined"))) {
      var people = table(PEOPLE).withValue("age");
      var encoder = plan.fit(people);
      var copy = TableEncoder.fromJson(encoder.toJson());
      assertEquals(encoder.toJson(), copy.toJson());
      assertEquals(encoder.target(), copy.target());
      assertEquals(encoder.types(), copy.types());
      assertArrayEquals(encoder.inputs(people), copy.inputs(people));
    }
  }

  @Test
  void jsonThatNoEncoderWroteIsRefused() {
    var good = TableEncoder.of("y").fit(table(PEOPLE)).toJson();
    var bad = List.of("", "[]", "{}", "null", good + "1", good.substring(0, good.length() / 2),
        good.replace("\"number\"", "\"numbr\""), good.replace("[\"blue\",\"red\"]", "[\"red\",\"blue\"]"),
        good.replace("[\"blue\",\"red\"]", "[]"), good.replace("[\"blue\",\"red\"]", "[1,2]"),
        good.replace("\"scale\":", "\"scale\":-"), good.replace("\"fill\":", "\"full\":"),
        good.replace("\"age\"", "\"color\""), good.replace("\"missing\":true", "\"missing\":3"),
        good.replace("\"columns\":[", "\"columns\":[7,"),
        good.replaceAll("\"columns\":.*", "\"columns\":[]}"),
        "[".repeat(1000), good.replace("\"mean\":", "\"mean\":1e999,\"m\":"));
    for (var text : bad) {
      var message = refusal(() -> TableEncoder.fromJson(text));
      assertTrue(message.length() < 500 && message.endsWith("."), message);
    }
  }
}
