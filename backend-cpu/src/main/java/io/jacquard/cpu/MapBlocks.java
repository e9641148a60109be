package io.jacquard.cpu;

import io.jacquard.cpu.Nest.Access;

/**
 * Runs a map of which some operand does not lie along its rows, or is random: in blocks, for each of which such an operand
 * passes through working memory. What only repeats itself is written out once.
 */
final class MapBlocks {
  /** Elements at a time where nothing else than what repeats itself passes through working memory. */
  private static final int LONG_BLOCK = 4096;

  private final MapPlan plan;
  private final Code code;
  private final Nest nest;
  private final int split;
  private final int operands;
  /** For each operand, after how many elements it repeats itself; 0 if it does not. */
  private final long[] period;
  private final int block;

  MapBlocks(MapPlan plan) {
    this.plan = plan;
    code = plan.code;
    nest = plan.nest;
    split = plan.split;
    operands = plan.access.length;
    period = new long[operands];
    boolean moves = !code.uniforms.isEmpty();
    for (int p = 0; p < operands; p++) {
      if (plan.access[p] != Access.STRIDED) continue;
      if (p < code.inputs.length) period[p] = nest.period(plan.operand(p), split, code.type(p).bytes());
      if (period[p] > MapPlan.BLOCK) period[p] = 0;
      moves |= period[p] == 0;
    }
    block = moves ? MapPlan.BLOCK : LONG_BLOCK;
  }

  /** Runs elements {@code from} to {@code to}, counted row by row. */
  void run(Kernel kernel, long[] bases, long[] params, long from, long to) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    // after the kernel's addresses and steps: where what repeats itself lies
    var at = scratch.addresses(3 * operands);
    for (int p = 0; p < operands; p++) {
      if (period[p] > 0) at[2 * operands + p] = scratch.take((block + period[p]) * code.type(p).bytes());
    }
    var walk = scratch.walk();
    walk.start(nest, split, from / plan.rowLength);
    long column = from % plan.rowLength;
    boolean begins = true;
    while (from < to) {
      if (begins) writeOut(at, bases, walk);
      int n = (int) Math.min(Math.min(plan.rowLength - column, to - from), block);
      run(kernel, scratch, at, bases, params, walk, from, column, n);
      from += n;
      column += n;
      begins = column == plan.rowLength;
      if (begins) {
        walk.advance(1);
        column = 0;
      }
    }
    scratch.release(mark);
  }

  /** Writes out what repeats itself along the row at hand. */
  private void writeOut(long[] at, long[] bases, RowWalk walk) {
    for (int p = 0; p < operands; p++) {
      if (period[p] == 0) continue;
      long n = Math.min(plan.rowLength, block + period[p]);
      Strided.gather(nest, p, split, code.type(p).bytes(), bases[p] + walk.at(p), 0, n,
          at[2 * operands + p]);
    }
  }

  private void run(Kernel kernel, Scratch scratch, long[] at, long[] bases, long[] params, RowWalk walk,
      long index, long column, int n) {
    long mark = scratch.mark();
    for (int p = 0; p < operands; p++) {
      int operand = plan.operand(p);
      int size = code.type(p).bytes();
      if (operand < 0) {
        at[p] = scratch.take((long) Float.BYTES * n);
      } else if (period[p] > 0) {
        at[p] = at[2 * operands + p] + column % period[p] * size;
      } else if (plan.access[p] == Access.STRIDED) {
        at[p] = scratch.take((long) size * n);
        if (p < code.inputs.length)
          Strided.gather(nest, operand, split, size, bases[operand] + walk.at(operand), column, n, at[p]);
      } else {
        long start = bases[operand] + walk.at(operand);
        at[p] = plan.access[p] == Access.BROADCAST ? start : start + column * size;
      }
    }
    for (int u = 0; u < code.uniforms.size(); u++) {
      var uniform = code.uniforms.get(u);
      long draw = Memory.getLong(bases[uniform.draw()]) + params[uniform.offset()];
      plan.form.uniforms(params[uniform.seed()], draw, index, n, scratch, at[code.inputs.length + u]);
    }
    kernel.run(at, params, index, n, 1);
    for (int p = code.firstOutput(); p < operands; p++) {
      if (plan.access[p] == Access.STRIDED) {
        int operand = plan.operand(p);
        Strided.scatter(nest, operand, split, code.type(p).bytes(), bases[operand] + walk.at(operand), column,
            n, at[p]);
      }
    }
    scratch.release(mark);
  }
}
