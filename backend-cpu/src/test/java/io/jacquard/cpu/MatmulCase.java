package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** A product to test: its shape, how its operands lie in memory, and what is done to C. */
record MatmulCase(int batches, int m, int n, int k, MatmulTest.Order a, MatmulTest.Order b,
    MatmulTest.Order c,
    float alpha, float beta, int biasStride, boolean relu, boolean tile, long seed) {
  private static final int NO_BIAS = -1;

  static MatmulCase of(int m, int n, int k) {
    var rows = MatmulTest.Order.ROWS;
    return new MatmulCase(1, m, n, k, rows, rows, rows, 1f, 0f, NO_BIAS, false, false, 1);
  }

  MatmulCase orders(MatmulTest.Order a, MatmulTest.Order b, MatmulTest.Order c) {
    return new MatmulCase(batches, m, n, k, a, b, c, alpha, beta, biasStride, relu, tile, seed);
  }

  MatmulCase batches(int count) {
    return new MatmulCase(count, m, n, k, a, b, c, alpha, beta, biasStride, relu, tile, seed);
  }

  MatmulCase scale(float alpha, float beta) {
    return new MatmulCase(batches, m, n, k, a, b, c, alpha, beta, biasStride, relu, tile, seed);
  }

  MatmulCase biasStride(int stride) {
    return new MatmulCase(batches, m, n, k, a, b, c, alpha, beta, stride, relu, tile, seed);
  }

  MatmulCase withRelu() {
    return new MatmulCase(batches, m, n, k, a, b, c, alpha, beta, biasStride, true, tile, seed);
  }

  MatmulCase withTile() {
    return new MatmulCase(batches, m, n, k, a, b, c, alpha, beta, biasStride, relu, true, seed);
  }

  MatmulCase seed(long seed) {
    return new MatmulCase(batches, m, n, k, a, b, c, alpha, beta, biasStride, relu, tile, seed);
  }

  double work() {
    return (double) batches * m * n * k;
  }

  Data fill() {
    return new Data(this);
  }

  /** Computes the product and compares it with the reference; also that nothing but C was written. */
  void verify(Workers workers) {
    verify(workers, 1e-6 * (2 + Math.sqrt(Math.min(k, 1024))) / 2);
  }

  void verify(Workers workers, double tolerance) {
    try (var data = new Data(this)) {
      data.verify(workers, tolerance);
    }
  }

  /** The bits of C, batch by batch, row by row. */
  int[] bits(Workers workers) {
    try (var data = new Data(this)) {
      data.multiply(workers);
      int[] bits = new int[batches * m * n];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Float.floatToRawIntBits(data.get(data.matrixC, i / (m * n), i / n % m, i % n));
      }
      return bits;
    }
  }

  /** The operands in memory, filled from the seed. Between the elements of C lie guards that must stay. */
  static final class Data implements AutoCloseable {
    private static final int GUARD = 0x7FC0_1234;

    private final MatmulCase it;
    private final Matrix matrixA;
    private final Matrix matrixB;
    private final Matrix matrixC;
    private final long[] blocks = new long[4];
    private final long[] floats = new long[4];
    private final AtomicIntegerArray visits;
    private final Epilogue epilogue;

    Data(MatmulCase it) {
      this.it = it;
      matrixA = allocate(0, it.m, it.k, it.a);
      matrixB = allocate(1, it.k, it.n, it.b);
      matrixC = allocate(2, it.m, it.n, it.c);
      boolean bias = it.biasStride != NO_BIAS;
      floats[3] = bias && it.n > 0 ? (it.n - 1) * (long) it.biasStride + 1 : 0;
      blocks[3] = Memory.allocate(4 * floats[3]);
      var random = new Random(it.seed);
      for (int block : new int[]{0, 1, 3}) {
        for (long i = 0; i < floats[block]; i++) {
          Memory.setFloat(blocks[block] + 4 * i, random.nextFloat() - 0.5f);
        }
      }
      for (long i = 0; i < floats[2]; i++) {
        Memory.setInt(blocks[2] + 4 * i, GUARD);
      }
      forEach((g, i, j) -> set(matrixC, g, i, j, it.beta == 0f ? Float.NaN : random.nextFloat() - 0.5f));
      visits = new AtomicIntegerArray(it.batches * it.m * it.n);
      epilogue = new Epilogue(bias ? blocks[3] : 0, bias ? it.biasStride : 0, it.relu,
          it.tile ? this::tile : null);
    }

    private Matrix allocate(int block, int rows, int columns, MatmulTest.Order order) {
      long row = switch (order) {
        case ROWS -> columns;
        case PADDED_ROWS -> columns + 5;
        case COLUMNS, PADDED_COLUMNS -> 1;
        case SPREAD -> 2L * columns + 3;
        case BACKWARDS -> -columns;
      };
      long column = switch (order) {
        case ROWS, PADDED_ROWS, BACKWARDS -> 1;
        case COLUMNS -> rows;
        case PADDED_COLUMNS -> rows + 3;
        case SPREAD -> 2;
      };
      long size = rows == 0 || columns == 0 ? 0 : (rows - 1) * Math.abs(row) + (columns - 1) * column + 1;
      floats[block] = size * it.batches;
      blocks[block] = Memory.allocate(4 * floats[block]);
      long first = row < 0 ? (rows - 1) * -row : 0;
      // Batches lie in the reverse order, so that an offset that is not applied shows.
      long[] offsets = new long[it.batches];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = size * (it.batches - 1 - i);
      }
      return new Matrix(blocks[block] + 4 * Math.max(0, first), row, column,
          it.batches == 1 ? null : offsets);
    }

    void multiply(Workers workers) {
      multiply(new Matmul(workers));
    }

    void multiply(Matmul matmul) {
      matmul.run(it.batches, it.m, it.n, it.k, it.alpha, matrixA, matrixB, it.beta, matrixC, epilogue);
    }

    private void verify(Workers workers, double tolerance) {
      double[] expected = new double[it.batches * it.m * it.n];
      double[] scale = new double[expected.length];
      double[] magnitude = new double[1];
      forEach((g, i, j) -> {
        int at = (g * it.m + i) * it.n + j;
        double sum = it.alpha * MatmulReference.dot(matrixA, matrixB, g, i, j, it.k, magnitude);
        sum += it.beta == 0f ? 0 : it.beta * (double) getC(g, i, j);
        sum += it.biasStride == NO_BIAS ? 0 : Memory.getFloat(blocks[3] + 4L * j * it.biasStride);
        sum = it.relu ? Math.max(sum, 0) : sum;
        expected[at] = it.tile ? 1000 - sum : sum;
        scale[at] = magnitude[0] * Math.abs(it.alpha) + (it.tile ? 1000 : 1);
      });
      multiply(workers);
      forEach((g, i, j) -> {
        int at = (g * it.m + i) * it.n + j;
        assertEquals(expected[at], getC(g, i, j), tolerance * scale[at], () -> "batch " + g + ", row " + i
            + ", column " + j);
        assertEquals(it.tile ? 1 : 0, visits.get(at));
        set(matrixC, g, i, j, Float.intBitsToFloat(GUARD));
      });
      for (long i = 0; i < floats[2]; i++) {
        assertEquals(GUARD, Memory.getInt(blocks[2] + 4 * i), "a float beside C was written");
      }
    }

    private void tile(int batch, int row, int column, int rows, int columns) {
      for (int i = row; i < row + rows; i++) {
        for (int j = column; j < column + columns; j++) {
          visits.incrementAndGet((batch * it.m + i) * it.n + j);
          set(matrixC, batch, i, j, 1000 - getC(batch, i, j));
        }
      }
    }

    float get(Matrix matrix, int batch, int i, int j) {
      return Memory.getFloat(address(matrix, batch, i, j));
    }

    private void set(Matrix matrix, int batch, int i, int j, float value) {
      Memory.setFloat(address(matrix, batch, i, j), value);
    }

    private static long address(Matrix matrix, int batch, int i, int j) {
      return matrix.at(batch, 4) + 4 * (i * matrix.rowStride() + j * matrix.columnStride());
    }

    float getC(int i, int j) {
      return getC(0, i, j);
    }

    private float getC(int batch, int i, int j) {
      return get(matrixC, batch, i, j);
    }

    void setA(int i, int k, float value) {
      set(matrixA, 0, i, k, value);
    }

    void setB(int k, int j, float value) {
      set(matrixB, 0, k, j, value);
    }

    void setBias(int j, float value) {
      Memory.setFloat(blocks[3] + 4L * j * it.biasStride, value);
    }

    @Override
    public void close() {
      for (long block : blocks) {
        Memory.free(block);
      }
    }

    private interface Visit {
      void at(int batch, int i, int j);
    }

    private void forEach(Visit visit) {
      for (int g = 0; g < it.batches; g++) {
        for (int i = 0; i < it.m; i++) {
          for (int j = 0; j < it.n; j++) {
            visit.at(g, i, j);
          }
        }
      }
    }
  }
}
