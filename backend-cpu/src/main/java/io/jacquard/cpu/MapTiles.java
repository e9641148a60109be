package io.jacquard.cpu;

import io.jacquard.cpu.Nest.Access;
import org.jspecify.annotations.Nullable;

/**
 * Runs a map of which some operand lies across its rows, as a transposed one does: in tiles of some rows and columns.
 * Such an operand is read down the rows, where its elements are neighbours, into a tile that lies along them; row by row
 * it would touch as many cache lines as elements.
 */
final class MapTiles {
  /** Floats in a cache line: work may be cut at multiples of so many rows. */
  static final int LINE = 16;
  /** Four cache lines side by side are read at a time: the processor fetches the next ones by itself. */
  private static final int ROWS = 4 * LINE;
  private static final int COLUMNS = 64;

  private final MapPlan plan;
  private final Nest nest;
  private final int split;

  private MapTiles(MapPlan plan) {
    this.plan = plan;
    nest = plan.nest;
    split = plan.split;
  }

  /** The tiled form of a plan, or null if nothing lies across its rows. */
  static @Nullable MapTiles of(MapPlan plan) {
    if (plan.split == 0 || plan.nest.rank() - plan.split != 1 || !plan.code.uniforms.isEmpty()
        || plan.rowLength < COLUMNS)
      return null;
    for (int p = 0; p < plan.access.length; p++) {
      if (plan.access[p] == Access.STRIDED && liesAcross(plan, p)) return new MapTiles(plan);
    }
    return null;
  }

  private static boolean liesAcross(MapPlan plan, int p) {
    return plan.nest.strides()[plan.operand(p)][plan.split - 1] == plan.code.type(p).bytes();
  }

  /** Runs rows {@code from} to {@code to}. */
  void run(Kernel kernel, long[] bases, long[] params, long from, long to) {
    var scratch = Scratch.mine();
    int operands = plan.access.length;
    // after the kernel's addresses and steps: where the tiles lie
    var at = scratch.addresses(3 * operands);
    long mark = scratch.mark();
    for (int p = 0; p < operands; p++) {
      int size = plan.code.type(p).bytes();
      boolean turned = plan.access[p] == Access.STRIDED;
      if (turned) at[2 * operands + p] = scratch.take((long) ROWS * COLUMNS * size);
      at[operands + p] = turned ? (long) COLUMNS * size : nest.strides()[plan.operand(p)][split - 1];
    }
    var walk = scratch.walk();
    walk.start(nest, split, from);
    while (from < to) {
      int rows = (int) Math.min(Math.min(ROWS, to - from), walk.left());
      for (long column = 0; column < plan.rowLength; column += COLUMNS) {
        int columns = (int) Math.min(COLUMNS, plan.rowLength - column);
        tile(kernel, at, bases, params, walk, from, rows, column, columns);
      }
      from += rows;
      walk.advance(rows);
    }
    scratch.release(mark);
  }

  private void tile(Kernel kernel, long[] at, long[] bases, long[] params, RowWalk walk, long row, int rows,
      long column, int columns) {
    int operands = plan.access.length;
    int inputs = plan.code.inputs.length;
    for (int p = 0; p < operands; p++) {
      if (plan.access[p] == Access.STRIDED) {
        at[p] = at[2 * operands + p];
        if (p < inputs) move(p, bases, walk, rows, column, columns, at[p], true);
      } else {
        long start = bases[plan.operand(p)] + walk.at(plan.operand(p));
        at[p] = plan.access[p] == Access.BROADCAST ? start : start + column * plan.code.type(p).bytes();
      }
    }
    if (plan.code.usesIndex) {
      for (int r = 0; r < rows; r++) {
        kernel.run(at, params, (row + r) * plan.rowLength + column, columns, 1);
        for (int p = 0; p < operands; p++) at[p] += at[operands + p];
      }
    } else {
      kernel.run(at, params, 0, columns, rows);
    }
    for (int p = inputs; p < operands; p++) {
      if (plan.access[p] == Access.STRIDED)
        move(p, bases, walk, rows, column, columns, at[2 * operands + p], false);
    }
  }

  private void move(int p, long[] bases, RowWalk walk, int rows, long column, int columns, long tile,
      boolean in) {
    int operand = plan.operand(p);
    int size = plan.code.type(p).bytes();
    long down = nest.strides()[operand][split - 1];
    long across = nest.strides()[operand][split];
    long far = bases[operand] + walk.at(operand) + column * across;
    if (down != size) {
      for (int r = 0; r < rows; r++)
        copy(size, far + r * down, across, tile + (long) r * COLUMNS * size, size, columns, in);
    } else if (size == Float.BYTES && rows % LINE == 0 && columns % LINE == 0 && plan.form.turnsBlocks()) {
      turn(far, across, rows, columns, tile, in);
    } else {
      for (int c = 0; c < columns; c++)
        copy(size, far + c * across, down, tile + (long) c * size, (long) COLUMNS * size, rows, in);
    }
  }

  /** Moves four-byte elements through registers, in blocks as wide as a vector. */
  private static void turn(long far, long across, int rows, int columns, long tile, boolean in) {
    var transposer = Transposer.get();
    long tileRow = (long) COLUMNS * Float.BYTES;
    for (int c = 0; c < columns; c += Simd.LANES) {
      for (int r = 0; r < rows; r += Simd.LANES) {
        long outside = far + c * across + (long) r * Float.BYTES;
        long inside = tile + r * tileRow + (long) c * Float.BYTES;
        if (in) transposer.run(1, outside, across, inside, tileRow);
        else transposer.run(1, inside, tileRow, outside, across);
      }
    }
  }

  private static void copy(int size, long far, long farStride, long near, long nearStride, int n,
      boolean in) {
    if (in) Strided.copy(size, far, farStride, near, nearStride, n);
    else Strided.copy(size, near, nearStride, far, farStride, n);
  }
}
