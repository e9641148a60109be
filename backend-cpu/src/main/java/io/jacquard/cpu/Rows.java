package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.View;
import java.util.stream.IntStream;

/** Takes rows out of a table and adds rows to it: {@code gather} and {@code scatterAdd} of the SPI. */
final class Rows {
  private static final long GRAIN = 1 << 14;

  private final Workers workers;
  private final RowCopy copy;

  Rows(Workers workers) {
    this.workers = workers;
    copy = new RowCopy(workers);
  }

  /** A row of a view as loops, and how far apart rows are. */
  private record Row(Nest nest, long stride, long base, int elementBytes) {
    /** The rows of two views of the same row shape, with common loops. */
    static Row[] of(String op, View a, View b, long[] shape) {
      var bytes = new long[][]{Views.strides(a), Views.strides(b)};
      var nest = Nest.of(shape, IntStream.range(1, shape.length).toArray(), bytes, 1);
      if (nest.rank() == 0)
        nest = new Nest(new long[]{1}, new long[][]{{a.dtype().bytes()}, {b.dtype().bytes()}});
      return new Row[]{new Row(nest, bytes[0][0], Views.address(a, op), a.dtype().bytes()),
          new Row(nest, bytes[1][0], Views.address(b, op), b.dtype().bytes())};
    }

    long outer() {
      return nest.count(0, nest.rank() - 1);
    }

    long inner() {
      return nest.sizes()[nest.rank() - 1];
    }
  }

  void gather(View table, View index, View out) {
    if (RowCopy.suits(table) && RowCopy.suits(out)) {
      checkPositions("gather", table, index);
      if (out.numel() > 0) copy.run(table, index, out);
      return;
    }
    var positions = positions("gather", table, index);
    if (out.numel() == 0) return;
    var rows = Row.of("gather", table, out, out.shape().sizes());
    var from = rows[0];
    var to = rows[1];
    int last = from.nest.rank() - 1;
    long fromStride = from.nest.strides()[0][last];
    long toStride = to.nest.strides()[1][last];
    int size = from.elementBytes;
    boolean plain = fromStride == size && toStride == size;
    inParts(positions.length, out.numel() / positions.length, i -> {
      for (long o = 0; o < from.outer(); o++) {
        long a = from.base + positions[i] * from.stride + from.nest.position(0, 0, last, o);
        long b = to.base + i * to.stride + to.nest.position(1, 0, last, o);
        if (plain)
          Memory.copy(a, b, from.inner() * size);
        else
          Strided.copy(size, a, fromStride, b, toStride, (int) from.inner());
      }
    });
  }

  void scatterAdd(View index, View rows, View table) {
    var positions = positions("scatterAdd", table, index);
    if (rows.numel() == 0) return;
    var pair = Row.of("scatterAdd", table, rows, rows.shape().sizes());
    var to = pair[0];
    var from = pair[1];
    int last = from.nest.rank() - 1;
    long fromStride = from.nest.strides()[1][last];
    long toStride = to.nest.strides()[0][last];
    var type = table.dtype();
    // Shared out by columns: each thread adds all rows, in order, to its own columns.
    long columns = from.outer() * from.inner();
    long width = Math.max(16, GRAIN / positions.length);
    inParts((int) Math.ceilDiv(columns, width), width * positions.length, piece -> {
      long start = piece * width;
      long end = Math.min(columns, start + width);
      for (int i = 0; i < positions.length; i++) {
        for (long c = start; c < end;) {
          long column = c % from.inner();
          int n = (int) Math.min(end - c, from.inner() - column);
          long a = from.base + i * from.stride + from.nest.position(1, 0, last, c / from.inner())
              + column * fromStride;
          long b = to.base + positions[i] * to.stride + to.nest.position(0, 0, last, c / from.inner())
              + column * toStride;
          add(type, a, fromStride, b, toStride, n);
          c += n;
        }
      }
    });
  }

  private static void add(DType type, long from, long fromStride, long to, long toStride, int n) {
    switch (type) {
      case FLOAT32 -> {
        for (int k = 0; k < n; k++) {
          long at = to + k * toStride;
          Memory.setFloat(at, Memory.getFloat(at) + Memory.getFloat(from + k * fromStride));
        }
      }
      case FLOAT64 -> {
        for (int k = 0; k < n; k++) {
          long at = to + k * toStride;
          Memory.setDouble(at, Memory.getDouble(at) + Memory.getDouble(from + k * fromStride));
        }
      }
      default -> {
        for (int k = 0; k < n; k++) {
          long at = to + k * toStride;
          Elements.store(type, at, Elements.load(type, at) + Elements.load(type, from + k * fromStride));
        }
      }
    }
  }

  /** Reads and checks the index. */
  private static long[] positions(String op, View table, View index) {
    checkPositions(op, table, index);
    var positions = new long[Math.toIntExact(index.numel())];
    if (positions.length == 0) return positions;
    long at = Views.address(index, op);
    long stride = index.layout().stride(0) * index.dtype().bytes();
    for (int i = 0; i < positions.length; i++) positions[i] = Elements.load(index.dtype(), at + i * stride);
    return positions;
  }

  private static void checkPositions(String op, View table, View index) {
    long count = index.numel();
    if (count == 0) return;
    long rows = table.shape().size(0);
    long at = Views.address(index, op);
    long stride = index.layout().stride(0) * index.dtype().bytes();
    for (long i = 0; i < count; i++) {
      long position = Elements.load(index.dtype(), at + i * stride);
      if (position < 0 || position >= rows) {
        throw new JacquardException(
            op + ": index " + position + " at position " + i + " is outside the table of shape "
                + table.shape() + ", expected 0 to " + (rows - 1)
                + ". Check the labels or token numbers that were given as the index.");
      }
    }
  }

  private void inParts(int items, long workEach, Workers.Job body) {
    long each = Math.max(1, GRAIN / Math.max(1, workEach));
    int parts = (int) Math.min(4L * workers.threads(), Math.ceilDiv(items, each));
    workers.run(parts, part -> {
      int to = (int) ((long) items * (part + 1) / parts);
      for (int i = (int) ((long) items * part / parts); i < to; i++) body.run(i);
    });
  }
}
