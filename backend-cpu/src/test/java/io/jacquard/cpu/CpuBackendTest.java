package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Program;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One small, hand-computed case of each call of the SPI. */
class CpuBackendTest {
  private static final CpuBackend CPU = (CpuBackend) new CpuProvider().open(0, new OpenOptions(2));
  private static final long[] NONE = {};

  @AfterAll
  static void close() {
    CPU.close();
  }

  private static View floats(Shape shape, double... values) {
    return Given.view(CPU, DType.FLOAT32, shape, values);
  }

  private static View longs(Shape shape, double... values) {
    return Given.view(CPU, DType.INT64, shape, values);
  }

  private static double[] values(View view) {
    return Given.values(CPU, view);
  }

  @Test
  void mapAddsABroadcastRow() {
    var x = floats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    var bias = floats(Shape.of(3), 10, 20, 30);
    var row = new View(bias.buffer(), DType.FLOAT32, new Layout(Shape.of(2, 3), new long[]{0, 1}, 0));
    var y = floats(Shape.of(2, 3), new double[6]);
    CPU.map(Program.of(in -> in[0].add(in[1]), DType.FLOAT32, DType.FLOAT32), NONE, new View[]{x, row},
        new View[]{y});
    assertArrayEquals(new double[]{11, 22, 33, 14, 25, 36}, values(y));
  }

  @Test
  void mapCopiesATranspose() {
    var x = floats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    var t = new View(x.buffer(), DType.FLOAT32, new Layout(Shape.of(3, 2), new long[]{1, 3}, 0));
    var y = floats(Shape.of(3, 2), new double[6]);
    CPU.map(Program.of(in -> in[0], DType.FLOAT32), NONE, new View[]{t}, new View[]{y});
    assertArrayEquals(new double[]{1, 4, 2, 5, 3, 6}, values(y));
  }

  @Test
  void reduceSumsEitherAxis() {
    var x = floats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    var square = Program.of(in -> in[0].square(), DType.FLOAT32);
    var columns = floats(Shape.of(1, 3), new double[3]);
    CPU.reduce(Reduction.of(Fold.SUM), square, NONE, new View[]{x}, new int[]{0}, new View[]{columns});
    assertArrayEquals(new double[]{17, 29, 45}, values(columns));
    CPU.reduce(new Reduction(Fold.SUM, true), square, NONE, new View[]{x}, new int[]{0}, new View[]{columns});
    assertArrayEquals(new double[]{34, 58, 90}, values(columns));
    var rows = floats(Shape.of(2, 1), new double[2]);
    CPU.reduce(Reduction.of(Fold.SUM), square, NONE, new View[]{x}, new int[]{1}, new View[]{rows});
    assertArrayEquals(new double[]{14, 77}, values(rows));
    var all = floats(Shape.of(1, 1), 0);
    CPU.reduce(Reduction.of(Fold.MAX), square, NONE, new View[]{x}, new int[]{0, 1}, new View[]{all});
    assertArrayEquals(new double[]{36}, values(all));
  }

  @Test
  void argmaxTakesTheFirstNan() {
    var x = floats(Shape.of(2, 4), 1, 3, 3, 2, 5, Double.NaN, 9, Double.NaN);
    var at = longs(Shape.of(2, 1), 0, 0);
    CPU.reduce(Reduction.of(Fold.ARGMAX), Program.of(in -> in[0], DType.FLOAT32), NONE, new View[]{x},
        new int[]{1}, new View[]{at});
    assertArrayEquals(new double[]{1, 1}, values(at));
  }

  @Test
  void matmulWithEpilogue() {
    var a = floats(Shape.of(2, 2), 1, 2, 3, 4);
    var b = floats(Shape.of(2, 2), 5, 6, 7, 8);
    var c = floats(Shape.of(2, 2), new double[4]);
    CPU.matmul(Gemm.PLAIN, NONE, a, b, new View[0], new View[]{c});
    assertArrayEquals(new double[]{19, 22, 43, 50}, values(c));
    var halve = Program.of(in -> in[0].mul(0.5), DType.FLOAT32);
    CPU.matmul(new Gemm(2, 1, halve), NONE, a, b, new View[0], new View[]{c});
    assertArrayEquals(new double[]{28.5, 33, 64.5, 75}, values(c));
  }

  @Test
  void rowsScansAndSorts() {
    var table = floats(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
    var index = longs(Shape.of(4), 2, 0, 2, 1);
    var rows = floats(Shape.of(4, 2), new double[8]);
    CPU.gather(table, index, rows);
    assertArrayEquals(new double[]{5, 6, 1, 2, 5, 6, 3, 4}, values(rows));
    CPU.scatterAdd(index, rows, table);
    assertArrayEquals(new double[]{2, 4, 6, 8, 15, 18}, values(table));
    var sums = floats(Shape.of(3, 2), new double[6]);
    CPU.scan(Scan.SUM, 0, table, sums);
    assertArrayEquals(new double[]{2, 4, 8, 12, 23, 30}, values(sums));
    var order = longs(Shape.of(4), new double[4]);
    CPU.argsort(true, 0, floats(Shape.of(4), 1, Double.NaN, 1, 7), order);
    assertArrayEquals(new double[]{1, 3, 0, 2}, values(order));
  }

  @Test
  void describesItself() {
    assertEquals("cpu", CPU.info().name());
    assertEquals(2, CPU.info().threads());
  }
}
