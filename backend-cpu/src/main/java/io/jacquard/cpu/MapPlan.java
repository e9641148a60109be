package io.jacquard.cpu;

import io.jacquard.cpu.Nest.Access;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How one program runs over one set of layouts: the loops, which of them form the rows that a kernel takes, and how the
 * rows are shared out. Buffers' addresses come with each run.
 */
final class MapPlan {
  /** Rows shorter than this are joined to longer ones, if there are outer loops left. */
  private static final int SHORT_ROW = 64;
  /** Elements that are gathered, computed and scattered at a time. */
  static final int BLOCK = 1024;
  /** Elements of one call of a kernel. */
  private static final int LONGEST = 1 << 20;

  final Code code;
  final Nest nest;
  /** The first loop of a row; those before it count the rows. */
  final int split;
  final long rows;
  final long rowLength;
  /** For each operand of the code; uniforms count as contiguous. */
  final Access[] access;
  /** True if some operand must pass through scratch memory. */
  final boolean blocked;
  final KernelSlot kernel;
  private final @Nullable MapTiles tiles;

  /** Strides are in bytes, for inputs then outputs. */
  MapPlan(Code code, KernelCompiler compiler, long[] shape, long[][] bytes) {
    this.code = code;
    int outputs = code.outputs.length;
    int inputs = code.inputs.length;
    int leader = code.usesIndex || outputs == 0 ? -1 : inputs;
    nest = Nest.of(shape, IntStream.range(0, shape.length).toArray(), bytes, leader);
    int first = Math.max(0, nest.rank() - 1);
    while (first > 0 && nest.count(first, nest.rank()) < SHORT_ROW) first--;
    split = first;
    rows = nest.count(0, split);
    rowLength = nest.count(split, nest.rank());
    access = new Access[code.operands()];
    var broadcast = new boolean[inputs];
    boolean through = !code.uniforms.isEmpty();
    for (int p = 0; p < access.length; p++) {
      int operand = operand(p);
      access[p] = operand < 0 ? Access.CONTIGUOUS : nest.access(operand, split, code.type(p).bytes());
      if (p < inputs) broadcast[p] = access[p] == Access.BROADCAST;
      through |= access[p] == Access.STRIDED;
    }
    blocked = through;
    kernel = code.kernel(broadcast, compiler);
    tiles = MapTiles.of(this);
  }

  /** Work may be cut at multiples of this many elements. */
  long unit() {
    // elsewhere 64, so that threads do not write to one cache line
    return tiles == null ? 64 : rowLength * MapTiles.ROWS;
  }

  /** The nest's number of a code's operand; -1 for a uniform. */
  int operand(int p) {
    if (p < code.inputs.length) return p;
    return p < code.firstOutput() ? -1 : p - code.uniforms.size();
  }

  /**
   * Runs elements {@code from} to {@code to}, counted row by row.
   *
   * @param bases the address of the first element of each input and output
   */
  void run(long[] bases, long[] params, long from, long to) {
    if (tiles != null) {
      tiles.run(kernel.get(to - from), bases, params, from / rowLength, to / rowLength);
      return;
    }
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    var at = scratch.addresses(code.operands());
    var ready = kernel.get(to - from);
    while (from < to) {
      long row = from / rowLength;
      long column = from - row * rowLength;
      int n = (int) Math.min(Math.min(rowLength - column, to - from), blocked ? BLOCK : LONGEST);
      if (blocked) {
        runBlock(ready, scratch, at, bases, params, row, column, n);
      } else {
        for (int p = 0; p < access.length; p++) at[p] = address(p, bases, row, column);
        ready.run(at, params, from, n);
      }
      from += n;
    }
    scratch.release(mark);
  }

  long address(int p, long[] bases, long row, long column) {
    int operand = operand(p);
    long start = bases[operand] + (split == 0 ? 0 : nest.position(operand, 0, split, row));
    return access[p] == Access.BROADCAST ? start : start + column * code.type(p).bytes();
  }

  private void runBlock(Kernel ready, Scratch scratch, long[] at, long[] bases, long[] params, long row,
      long column,
      int n) {
    long mark = scratch.mark();
    for (int p = 0; p < access.length; p++) {
      int operand = operand(p);
      if (operand < 0) {
        at[p] = scratch.take((long) Float.BYTES * n);
      } else if (access[p] == Access.STRIDED) {
        int size = code.type(p).bytes();
        at[p] = scratch.take((long) size * n);
        if (p < code.inputs.length)
          Strided.gather(nest, operand, split, size, rowStart(operand, bases, row), column, n, at[p]);
      } else {
        at[p] = address(p, bases, row, column);
      }
    }
    long index = row * rowLength + column;
    for (int u = 0; u < code.uniforms.size(); u++) {
      var uniform = code.uniforms.get(u);
      long draw = Memory.getLong(bases[uniform.draw()]) + params[uniform.offset()];
      Random.fill(params[uniform.seed()], draw, index, n, scratch, at[code.inputs.length + u]);
    }
    ready.run(at, params, index, n);
    for (int p = code.firstOutput(); p < access.length; p++) {
      if (access[p] == Access.STRIDED) {
        int operand = operand(p);
        Strided.scatter(nest, operand, split, code.type(p).bytes(), rowStart(operand, bases, row), column, n,
            at[p]);
      }
    }
    scratch.release(mark);
  }

  private long rowStart(int operand, long[] bases, long row) {
    return bases[operand] + nest.position(operand, 0, split, row);
  }
}
