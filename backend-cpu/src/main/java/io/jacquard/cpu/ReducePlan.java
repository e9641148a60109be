package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.cpu.Nest.Access;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Reduction.Fold;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How one program is folded over one set of layouts.
 *
 * <p>The loops fall into those that are kept and those that are folded. Where the inputs' memory runs along a folded
 * loop, a row of it is folded to one number ({@code inner}); where it runs along a kept one, rows are folded into a row
 * of numbers. The program's results for a row go to scratch memory, from where they are folded.
 *
 * <p>Work is cut into units: so many results, so many of the elements that are folded into them. The cut depends on
 * shapes and strides only, and the units' partial results are combined in order, so the bits do not depend on threads.
 */
final class ReducePlan {
  /** Elements folded by one unit, where there are more. */
  private static final long FOLD_LIMIT = 1 << 15;
  private static final int SHORT_ROW = 64;
  /** Rows that are added up in float32 before the sums are added to those in float64. */
  private static final int FLOAT_ROWS = 128;

  final Code code;
  private final Form form;
  private final Reduction how;
  private final DType[] outTypes;
  private final int inputs;
  /** The virtual operand whose position is the element's index. */
  private final int indexOperand;
  private final Nest kept;
  private final Nest folded;
  private final boolean inner;
  /** Whether many short rows are folded at a time, to a number each; the loops of {@code kept} then are as in a row. */
  private final boolean grouped;
  /** Whether such rows are brought together to one long row, on which the program runs. */
  private final boolean flat;
  /** The nest of which a row is the innermost part, and where the row begins. */
  private final Nest rowNest;
  private final int split;
  private final long rowLength;
  private final Access[] access;
  private final KernelSlot kernel;

  final long results;
  final long depth;
  /** The loop of {@code kept} from which on results lie in one row. */
  private final int keptSplit;
  /** Results of a unit: one if {@code inner}, else a piece of a row of them. */
  private final int width;
  private final long keptLength;
  private final long pieces;
  private final long keptRows;
  private final long chunk;
  final long chunks;
  private final boolean direct;

  /** Strides are in bytes: for inputs, then for outputs (0 in the folded dimensions). */
  ReducePlan(Code code, KernelCompiler compiler, Reduction how, long[] shape, int[] axes, long[][] bytes,
      DType[] outTypes) {
    this.code = code;
    form = compiler.form;
    this.how = how;
    this.outTypes = outTypes;
    inputs = code.inputs.length;
    indexOperand = bytes.length;
    var operands = Arrays.copyOf(bytes, bytes.length + 1);
    operands[indexOperand] = rowMajor(shape);
    if (!code.usesIndex) // then it must not hinder anything
      operands[indexOperand] = new long[shape.length];
    int leader = code.usesIndex ? indexOperand : leader(bytes, shape);
    var isFolded = new boolean[shape.length];
    for (int a : axes) isFolded[a] = true;
    var all = IntStream.range(0, shape.length);
    kept = Nest.of(shape, all.filter(d -> !isFolded[d]).toArray(), operands, leader);
    folded = Nest.of(shape, axes, operands, leader);
    results = kept.count(0, kept.rank());
    depth = folded.count(0, folded.rank());
    inner = folded.rank() > 0 && (kept.rank() == 0 || last(folded, leader) <= last(kept, leader));
    rowNest = inner ? folded : kept;
    int first = Math.max(0, rowNest.rank() - 1);
    while (!code.usesIndex && first > 0 && rowNest.count(first, rowNest.rank()) < SHORT_ROW) first--;
    split = first;
    rowLength = rowNest.count(split, rowNest.rank());
    grouped = inner && kept.rank() > 0 && rowLength == depth && depth > 0 && depth <= MapPlan.BLOCK / 4
        && !code.usesIndex;
    flat = grouped && depth < SHORT_ROW && depth % form.lanes() != 0 && !code.operandsAreWide();
    access = new Access[inputs];
    var broadcast = new boolean[inputs];
    for (int p = 0; p < inputs; p++) {
      access[p] = rowNest.access(p, split, code.type(p).bytes());
      broadcast[p] = access[p] == Access.BROADCAST && (!flat || keptStep(p) == 0);
    }
    kernel = code.kernel(broadcast, compiler);
    compiler.need(KernelCompiler.Loops.FOLDS);
    if (!code.uniforms.isEmpty()) compiler.need(KernelCompiler.Loops.RANDOM);
    direct = code.isCopy() && access[0] == Access.CONTIGUOUS;
    keptSplit = grouped ? kept.rank() - 1 : inner ? kept.rank() : split;
    keptLength = kept.count(keptSplit, kept.rank());
    keptRows = kept.count(0, keptSplit);
    width = (int) Math.min(keptLength, grouped ? MapPlan.BLOCK / depth : MapPlan.BLOCK);
    pieces = (keptLength + width - 1) / width;
    // elements per unit are about FOLD_LIMIT, and a unit's part of a fold is at least 64 long
    long limit = Math.max(64, FOLD_LIMIT / width);
    chunks = Math.max(1, (depth + limit - 1) / limit);
    chunk = (depth + chunks - 1) / chunks;
  }

  /** How far an input's short rows lie apart, in bytes. */
  private long keptStep(int p) {
    return kept.strides()[p][kept.rank() - 1];
  }

  private static long[] rowMajor(long[] shape) {
    var strides = new long[shape.length];
    long step = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= shape[d];
    }
    return strides;
  }

  /** The input that moves in most dimensions: the largest one. */
  private int leader(long[][] bytes, long[] shape) {
    int best = -1;
    long most = -1;
    for (int p = 0; p < inputs; p++) {
      int operand = p;
      long moves = IntStream.range(0, shape.length).filter(d -> shape[d] > 1 && bytes[operand][d] != 0)
          .count();
      if (moves > most) {
        most = moves;
        best = p;
      }
    }
    return best < 0 ? indexOperand : best;
  }

  private static long last(Nest nest, int leader) {
    long stride = Math.abs(nest.strides()[leader][nest.rank() - 1]);
    return stride == 0 ? Long.MAX_VALUE : stride;
  }

  /** The number of units of work. */
  long units() {
    return keptRows * pieces * chunks;
  }

  /** About how many elements a unit takes, times the program's weight. */
  long workPerUnit() {
    return chunk * width * code.weight;
  }

  /** The size of the memory for partial results; 0 if every unit finishes its own. */
  long partialBytes() {
    return chunks == 1 ? 0 : units() * width * code.outputs.length * Folds.STATE;
  }

  /** Computes one unit; {@code partials} is where all units' partial results go, if there are chunks. */
  void run(long unit, long[] bases, long[] params, long partials) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long chunkNumber = unit % chunks;
    long keptRow = unit / chunks / pieces;
    long column = unit / chunks % pieces * width;
    int n = (int) Math.min(width, keptLength - column);
    long states = chunks == 1
        ? scratch.take((long) width * code.outputs.length * Folds.STATE)
        : partials + unit * width * code.outputs.length * Folds.STATE;
    for (int j = 0; j < code.outputs.length; j++) {
      for (int k = 0; k < n; k++) Folds.start(how.fold(), code.outputs[j], state(states, j, k));
    }
    long from = chunkNumber * chunk;
    long to = Math.min(depth, from + chunk);
    var at = scratch.addresses(2 * code.operands());
    if (grouped)
      foldGroup(scratch, at, bases, params, keptRow, column, n, states);
    else
      if (inner)
        foldRows(scratch, at, bases, params, keptRow, from, to, states);
      else
        foldColumns(scratch, at, bases, params, keptRow, column, n, from, to, states);
    if (chunks == 1) finish(keptRow, column, n, states, bases);
    scratch.release(mark);
  }

  private long state(long states, int output, int k) {
    return states + ((long) output * width + k) * Folds.STATE;
  }

  /** Folds n short rows, each to a result of its own. */
  private void foldGroup(Scratch scratch, long[] at, long[] bases, long[] params, long keptRow, long column,
      int n, long states) {
    int operands = code.operands();
    int length = (int) depth;
    for (int p = 0; p < inputs; p++) {
      int size = code.type(p).bytes();
      long step = keptStep(p);
      long start = bases[p] + kept.position(p, 0, keptSplit, keptRow) + column * step;
      boolean together = flat
          ? step == (access[p] == Access.BROADCAST ? 0 : depth * size)
          : access[p] != Access.STRIDED;
      if (!together || access[p] == Access.STRIDED) {
        at[p] = scratch.take(size * depth * n);
        for (int k = 0; k < n; k++)
          Strided.gather(folded, p, 0, size, start + k * step, 0, depth, at[p] + k * depth * size);
        step = depth * size;
      } else {
        at[p] = start;
      }
      at[operands + p] = step;
    }
    int first = code.firstOutput();
    if (direct) {
      at[first] = at[0];
      at[operands + first] = at[operands];
    } else {
      for (int p = first; p < operands; p++) {
        int size = code.type(p).bytes();
        at[p] = scratch.take(size * depth * n);
        at[operands + p] = depth * size;
      }
      if (flat)
        kernel.get(depth * n).run(at, params, 0, length * n, 1);
      else
        kernel.get(depth * n).run(at, params, 0, length, n);
    }
    long lanes = scratch.take(Folds.SCRATCH);
    for (int j = 0; j < code.outputs.length; j++) {
      long from = at[first + j];
      for (int k = 0; k < n; k++, from += at[operands + first + j])
        Folds.block(form, how.fold(), code.outputs[j], from, length, 0, state(states, j, k), lanes);
    }
  }

  private void foldRows(Scratch scratch, long[] at, long[] bases, long[] params, long keptRow, long from,
      long to,
      long states) {
    long lanes = scratch.take(Folds.SCRATCH);
    while (from < to) {
      long row = from / rowLength;
      long column = from % rowLength;
      long most = direct ? FOLD_LIMIT : MapPlan.BLOCK;
      int n = (int) Math.min(most, Math.min(rowLength - column, to - from));
      long mark = scratch.mark();
      evaluate(scratch, at, bases, params, keptRow, row, column, n);
      for (int j = 0; j < code.outputs.length; j++) {
        Folds.block(form, how.fold(), code.outputs[j], at[code.firstOutput() + j], n, from,
            state(states, j, 0),
            lanes);
      }
      scratch.release(mark);
      from += n;
    }
  }

  private void foldColumns(Scratch scratch, long[] at, long[] bases, long[] params, long keptRow, long column,
      int n,
      long from, long to, long states) {
    int outputs = code.outputs.length;
    long sums = scratch.take((long) Float.BYTES * width * outputs);
    for (; from < to; from += FLOAT_ROWS) {
      int rows = (int) Math.min(FLOAT_ROWS, to - from);
      Memory.fill(sums, (long) Float.BYTES * width * outputs, (byte) 0);
      if (direct && how.fold() == Fold.SUM && code.outputs[0] == DType.FLOAT32 && folded.rank() <= 1) {
        evaluate(scratch, at, bases, params, from, keptRow, column, n);
        long stride = folded.rank() == 0 ? 0 : folded.strides()[0][0];
        form.addRows(at[code.firstOutput()], stride, rows, n, sums);
      } else {
        for (int r = 0; r < rows; r++)
          foldRow(scratch, at, bases, params, keptRow, column, n, from + r, states, sums);
      }
      if (how.fold() == Fold.SUM) addSums(states, sums, n);
    }
  }

  /** Folds one row: float32 sums into {@code sums}, everything else into the states. */
  private void foldRow(Scratch scratch, long[] at, long[] bases, long[] params, long keptRow, long column,
      int n,
      long position, long states, long sums) {
    long mark = scratch.mark();
    evaluate(scratch, at, bases, params, position, keptRow, column, n);
    for (int j = 0; j < code.outputs.length; j++) {
      long row = at[code.firstOutput() + j];
      if (how.fold() == Fold.SUM && code.outputs[j] == DType.FLOAT32)
        form.addRows(row, 0, 1, n, sums + (long) Float.BYTES * width * j);
      else
        Folds.row(how.fold(), code.outputs[j], row, n, position, state(states, j, 0));
    }
    scratch.release(mark);
  }

  private void addSums(long states, long sums, int n) {
    for (int j = 0; j < code.outputs.length; j++) {
      if (code.outputs[j] != DType.FLOAT32) continue;
      for (int k = 0; k < n; k++) {
        long state = state(states, j, k);
        float sum = Memory.getFloat(sums + (long) Float.BYTES * ((long) width * j + k));
        Memory.setDouble(state, Memory.getDouble(state) + sum);
      }
    }
  }

  /**
   * Puts the program's results for a piece of a row into scratch memory and their addresses into {@code at}.
   *
   * @param other the position in the nest that the row is not part of
   * @param row which row of {@code rowNest}
   */
  private void evaluate(Scratch scratch, long[] at, long[] bases, long[] params, long other, long row,
      long column,
      int n) {
    var otherNest = inner ? kept : folded;
    for (int p = 0; p < inputs; p++) {
      int size = code.type(p).bytes();
      long start = bases[p] + otherNest.position(p, 0, otherNest.rank(), other)
          + rowNest.position(p, 0, split, row);
      switch (access[p]) {
        case BROADCAST -> at[p] = start;
        case CONTIGUOUS -> at[p] = start + column * size;
        case STRIDED -> {
          at[p] = scratch.take((long) size * n);
          Strided.gather(rowNest, p, split, size, start, column, n, at[p]);
        }
      }
    }
    if (direct) {
      at[code.firstOutput()] = at[0];
      return;
    }
    long index = code.usesIndex
        ? otherNest.position(indexOperand, 0, otherNest.rank(), other)
            + rowNest.position(indexOperand, 0, split, row) + column
        : 0;
    for (int u = 0; u < code.uniforms.size(); u++) {
      at[inputs + u] = scratch.take((long) Float.BYTES * n);
      var uniform = code.uniforms.get(u);
      long draw = Memory.getLong(bases[uniform.draw()]) + params[uniform.offset()];
      form.uniforms(params[uniform.seed()], draw, index, n, scratch, at[inputs + u]);
    }
    for (int j = 0; j < code.outputs.length; j++)
      at[code.firstOutput() + j] = scratch.take((long) code.outputs[j].bytes() * n);
    kernel.get(n).run(at, params, index, n, 1);
  }

  /** Combines the partial results of all chunks of one unit's place and writes them out. */
  void combine(long place, long[] bases, long partials) {
    long keptRow = place / pieces;
    long column = place % pieces * width;
    int n = (int) Math.min(width, keptLength - column);
    long bytes = (long) width * code.outputs.length * Folds.STATE;
    long first = partials + place * chunks * bytes;
    for (long c = 1; c < chunks; c++) {
      for (int j = 0; j < code.outputs.length; j++) {
        for (int k = 0; k < n; k++)
          Folds.merge(how.fold(), code.outputs[j], state(first + c * bytes, j, k), state(first, j, k));
      }
    }
    finish(keptRow, column, n, first, bases);
  }

  /** The number of places: groups of results that one unit, or the chunks of one, give. */
  long places() {
    return keptRows * pieces;
  }

  private void finish(long keptRow, long column, int n, long states, long[] bases) {
    for (int j = 0; j < code.outputs.length; j++) {
      int operand = inputs + j;
      boolean even = kept.rank() - keptSplit == 1;
      long start = bases[operand] + kept.position(operand, 0, keptSplit, keptRow);
      for (int k = 0; k < n; k++) {
        long to = start + (even
            ? (column + k) * kept.strides()[operand][keptSplit]
            : kept.position(operand, keptSplit, kept.rank(), column + k));
        Folds.finish(how.fold(), code.outputs[j], how.accumulate(), state(states, j, k), outTypes[j], to);
      }
    }
  }
}
