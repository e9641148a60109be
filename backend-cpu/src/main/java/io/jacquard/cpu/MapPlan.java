package io.jacquard.cpu;

import io.jacquard.cpu.Nest.Access;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How one program runs over one set of layouts: the loops, which of them form the rows that a kernel takes, and how the
 * rows are shared out. Buffers' addresses come with each run.
 *
 * <p>A kernel takes many rows at once where every operand lies along them. Where one does not, {@link MapBlocks} brings
 * its elements together, or {@link MapTiles} turns it.
 */
final class MapPlan {
  /** Rows shorter than this are joined to longer ones where an operand must be brought together anyway. */
  private static final int SHORT_ROW = 64;
  /** The shortest rows that kernels take without that. */
  private static final int LEAST_ROW = 16;
  /** An operand that repeats itself is written out in rows that are at most so long. */
  private static final int MOST_PERIOD = 512;
  /** Elements that are gathered, computed and scattered at a time. */
  static final int BLOCK = 1024;
  /** Elements of one call of a kernel. */
  private static final int LONGEST = 1 << 20;

  final Code code;
  final Form form;
  final Nest nest;
  /** The first loop of a row; those before it count the rows. */
  final int split;
  final long rows;
  final long rowLength;
  /** For each operand of the code; uniforms count as contiguous. */
  final Access[] access;
  final KernelSlot kernel;
  private final @Nullable MapBlocks blocks;
  private final @Nullable MapTiles tiles;

  /** Strides are in bytes, for inputs then outputs. */
  MapPlan(Code code, KernelCompiler compiler, long[] shape, long[][] bytes) {
    this.code = code;
    form = compiler.form;
    int inputs = code.inputs.length;
    int leader = code.usesIndex || code.outputs.length == 0 ? -1 : inputs;
    nest = Nest.of(shape, IntStream.range(0, shape.length).toArray(), bytes, leader);
    split = split();
    rows = nest.count(0, split);
    rowLength = nest.count(split, nest.rank());
    access = new Access[code.operands()];
    var broadcast = new boolean[inputs];
    boolean apart = !code.uniforms.isEmpty();
    for (int p = 0; p < access.length; p++) {
      access[p] = access(p, split);
      if (p < inputs) broadcast[p] = access[p] == Access.BROADCAST;
      apart |= access[p] == Access.STRIDED;
    }
    kernel = code.kernel(broadcast, compiler);
    tiles = MapTiles.of(this);
    blocks = apart && tiles == null ? new MapBlocks(this) : null;
    if (tiles != null) compiler.need(KernelCompiler.Loops.TRANSPOSED_COPIES);
    if (!code.uniforms.isEmpty()) compiler.need(KernelCompiler.Loops.RANDOM);
  }

  private int split() {
    int last = Math.max(0, nest.rank() - 1);
    long length = nest.count(last, nest.rank());
    if (length >= MOST_PERIOD) return last;
    int joined = last;
    while (joined > 0 && isFlat(joined) && isFlat(joined - 1)) joined--;
    if (joined < last && (joined == 0 || nest.count(joined, nest.rank()) >= BLOCK)) return joined;
    boolean whole = length % form.lanes() == 0 || length >= SHORT_ROW || code.operandsAreWide();
    if (length >= LEAST_ROW && whole && isFlat(last) || length >= SHORT_ROW) return last;
    while (joined > 0 && nest.count(joined, nest.rank()) < BLOCK) joined--;
    return joined;
  }

  /** Whether rows that begin at a loop need nothing brought together, or only what repeats itself soon. */
  private boolean isFlat(int from) {
    for (int p = 0; p < code.operands(); p++) {
      if (access(p, from) != Access.STRIDED) continue;
      long period = nest.period(operand(p), from, code.type(p).bytes());
      if (period == 0 || period > MOST_PERIOD || p >= code.inputs.length) return false;
    }
    return true;
  }

  private Access access(int p, int from) {
    int operand = operand(p);
    return operand < 0 ? Access.CONTIGUOUS : nest.access(operand, from, code.type(p).bytes());
  }

  /** Work may be cut at multiples of this many elements. */
  long unit() {
    // elsewhere 64, so that threads do not write to one cache line
    return tiles == null ? 64 : rowLength * MapTiles.LINE;
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
    var ready = kernel.get(to - from);
    if (tiles != null)
      tiles.run(ready, bases, params, from / rowLength, to / rowLength);
    else
      if (blocks != null)
        blocks.run(ready, bases, params, from, to);
      else
        runRows(ready, bases, params, from, to);
  }

  private void runRows(Kernel ready, long[] bases, long[] params, long from, long to) {
    var scratch = Scratch.mine();
    var at = scratch.addresses(2 * access.length);
    var walk = scratch.walk();
    walk.start(nest, split, from / rowLength);
    long column = from % rowLength;
    for (int p = 0; p < access.length; p++) at[access.length + p] = walk.step(p);
    while (from < to) {
      boolean whole = column == 0 && rowLength <= Math.min(LONGEST, to - from);
      long most = whole ? Math.min(to - from, LONGEST) / rowLength : 1;
      int count = (int) Math.min(walk.left(), most);
      int n = (int) (whole ? rowLength : Math.min(LONGEST, Math.min(rowLength - column, to - from)));
      for (int p = 0; p < access.length; p++) {
        long start = bases[p] + walk.at(p);
        at[p] = access[p] == Access.BROADCAST ? start : start + column * code.type(p).bytes();
      }
      ready.run(at, params, from, n, count);
      from += (long) n * count;
      column += n;
      if (column == rowLength) {
        walk.advance(count);
        column = 0;
      }
    }
  }
}
