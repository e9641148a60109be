package io.jacquard.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.tensor.Op;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Ops are values: two that do the same are equal, and print what they do. */
class OpValuesTest {
  private static final Program SQUARE = Program.of(in -> in[0].square(), DType.FLOAT32);
  private static final Program IDENTITY = Program.of(in -> in[0], DType.FLOAT32);

  /** Each of another value, and printed so. */
  private static final List<Supplier<Op>> OPS = List.of(() -> new Permute(1, 0, 2),
      () -> new Permute(0, 2, 1),
      () -> new Reduce("sum", Fold.SUM, SQUARE, new int[]{0, 1}, false),
      () -> new Reduce("sum", Fold.SUM, SQUARE, new int[]{0}, false),
      () -> new Reduce("sum", Fold.SUM, SQUARE, new int[]{0}, true),
      () -> new Reduce("amax", Fold.MAX, IDENTITY, new int[]{0}, true),
      () -> new SumTo("sum_to", IDENTITY, new long[]{1}, Shape.of(3)),
      () -> new SumTo("sum_to", IDENTITY, new long[0], Shape.of(3, 1)), () -> new Softmax(1),
      () -> new Concat(0), () -> new Slice(0, 1, 2, 3), () -> new Reshape(Shape.of(2, 3)),
      () -> new Expand(Shape.of(2, 3)), () -> new Elementwise("square", SQUARE),
      () -> new Elementwise("add", SQUARE).withParams(4));

  @TestFactory
  Stream<DynamicTest> equalWhereTheyDoTheSame() {
    return OPS.stream().map(op -> DynamicTest.dynamicTest(op.get().toString(), () -> {
      assertEquals(op.get(), op.get());
      assertEquals(op.get().hashCode(), op.get().hashCode());
      for (var other : OPS) {
        if (other != op) assertNotEquals(op.get(), other.get());
      }
      assertFalse(op.get().toString().contains("@"), op.get()::toString);
    }));
  }
}
