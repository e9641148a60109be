package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.View;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The operands of one call to a backend, and the checks of what {@link io.jacquard.spi.Backend} promises of them. */
final class CheckedCall {
  private final String op;
  private final Elements[] in;
  private final Elements[] out;

  CheckedCall(String op, View[] in, View[] out) {
    this.op = op;
    this.in = IntStream.range(0, in.length).mapToObj(i -> new Elements(op + ": input " + i, in[i]))
        .toArray(Elements[]::new);
    this.out = IntStream.range(0, out.length).mapToObj(j -> new Elements(op + ": output " + j, out[j]))
        .toArray(Elements[]::new);
    for (int j = 0; j < out.length; j++) checkDisjoint(j);
  }

  private void checkDisjoint(int j) {
    if (out[j].overlapsItself()) throw error("output " + j + " overlaps itself: " + out[j]);
    for (int other = 0; other < j; other++) {
      if (out[j].overlaps(out[other]))
        throw error("outputs " + other + " and " + j + " overlap: " + out[other] + " and " + out[j]);
    }
    for (int i = 0; i < in.length; i++) {
      boolean inPlace = op.equals("map") && out[j].isSameAs(in[i]);
      if (!inPlace && out[j].overlaps(in[i]))
        throw error("output " + j + " overlaps input " + i + ": " + out[j] + " and " + in[i]);
    }
  }

  private IllegalArgumentException error(String what) {
    return new IllegalArgumentException(op + ": " + what);
  }

  Elements input(int i) {
    return in[i];
  }

  Elements output(int j) {
    return out[j];
  }

  /** Element {@code element} of every input, as raw bits. */
  long[] inputsAt(long element) {
    var values = new long[in.length];
    for (int i = 0; i < in.length; i++) values[i] = in[i].get(element);
    return values;
  }

  void checkInputTypes(List<DType> expected) {
    var types = Stream.of(in).map(Elements::type).toList();
    if (!types.equals(expected)) throw error("inputs of " + types + ", expected " + expected);
  }

  void checkOutputTypes(List<DType> expected) {
    var types = Stream.of(out).map(Elements::type).toList();
    if (!types.equals(expected)) throw error("outputs of " + types + ", expected " + expected);
  }

  /** Outputs of these types; a half will do for float32, which is then rounded. */
  void checkFolds(List<DType> expected) {
    if (expected.stream().anyMatch(DType::isHalf)) throw error("a fold in " + expected);
    var types = Stream.of(out).map(Elements::type).map(DType::computeType).toList();
    if (!types.equals(expected)) throw error("outputs of " + types + ", expected " + expected);
  }

  void checkNoHalves() {
    for (var view : in) {
      if (view.type().isHalf()) throw error("an input of " + view.type());
    }
  }

  static List<DType> outputTypes(Program program) {
    return IntStream.range(0, program.outputs()).mapToObj(program::outputType).toList();
  }

  void checkInputShapes(Shape expected) {
    for (var view : in) checkShape(view, expected);
  }

  void checkOutputShapes(Shape expected) {
    for (var view : out) checkShape(view, expected);
  }

  private void checkShape(Elements view, Shape expected) {
    if (!view.shape().equals(expected))
      throw error("a view of shape " + view.shape() + ", expected " + expected);
  }

  /**
   * The rows that {@code index} names in a table.
   *
   * @throws JacquardException if one is not there
   */
  long[] rows(Elements index, Shape table, Shape rows) {
    if (index.shape().rank() != 1 || index.type() != DType.INT32 && index.type() != DType.INT64)
      throw error("an index of " + index.type() + index.shape() + ", expected int32 or int64 of rank 1");
    if (table.rank() == 0 || !rows.equals(table.with(0, index.numel())))
      throw error("rows of " + rows + " for " + index.numel() + " positions in a table of " + table);
    var named = new long[Math.toIntExact(index.numel())];
    for (int i = 0; i < named.length; i++) {
      named[i] = index.get(i);
      if (named[i] < 0 || named[i] >= table.size(0)) {
        throw new JacquardException(
            op + ": index " + named[i] + " (at position " + i + ") is outside of 0 to "
                + (table.size(0) - 1) + ", the rows of a table of shape " + table + ".");
      }
    }
    return named;
  }
}
