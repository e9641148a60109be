package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;

/**
 * Gathers rows that lie without gaps in the table and in the result, which is how batches are taken from a data set. A
 * training step does this twice, so it makes no garbage: the object is its own job and is used again for each call.
 */
final class RowCopy implements Workers.Job {
  private static final long GRAIN_BYTES = 1 << 16;

  private final Workers workers;
  private long table;
  private long tableStride;
  private long index;
  private long indexStride;
  private DType indexType = DType.INT64;
  private long out;
  private long outStride;
  private long rowBytes;
  private int rows;
  private int rowsPerPart;

  RowCopy(Workers workers) {
    this.workers = workers;
  }

  /** Whether rows along dimension 0 lie without gaps. */
  static boolean suits(View view) {
    var layout = view.layout();
    long step = 1;
    for (int d = layout.shape().rank() - 1; d > 0; d--) {
      if (layout.shape().size(d) != 1 && layout.stride(d) != step) return false;
      step *= layout.shape().size(d);
    }
    return true;
  }

  /** The index has been checked. */
  void run(View from, View at, View to) {
    table = Views.address(from, "gather table");
    tableStride = rowStride(from.layout(), from.dtype());
    index = Views.address(at, "gather index");
    indexStride = rowStride(at.layout(), at.dtype());
    indexType = at.dtype();
    out = Views.address(to, "gather output");
    outStride = rowStride(to.layout(), to.dtype());
    rows = Math.toIntExact(at.numel());
    rowBytes = to.numel() / rows * to.dtype().bytes();
    rowsPerPart = Math.clamp(GRAIN_BYTES / Math.max(1, rowBytes), 1, rows);
    workers.run(Math.ceilDiv(rows, rowsPerPart), this);
  }

  private static long rowStride(Layout layout, DType type) {
    return layout.stride(0) * type.bytes();
  }

  @Override
  public void run(int part) {
    int end = Math.min(rows, (part + 1) * rowsPerPart);
    for (int i = part * rowsPerPart; i < end; i++) {
      long position = Elements.load(indexType, index + i * indexStride);
      Memory.copy(table + position * tableStride, out + i * outStride, rowBytes);
    }
  }
}
