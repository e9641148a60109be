package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.expr.Node;
import java.util.Arrays;

/**
 * Runs a program node by node over blocks of elements: the reference that generated kernels must equal bit for bit, and
 * what serves until they are ready.
 *
 * <p>Each node has a slot of one block in scratch memory: of floats, of doubles, or of longs for every integer type, bool
 * ({@link IntegerMath}) and the bits of halves. A contiguous float input is read where it lies. Outputs are stored when the whole block
 * has been computed, so an output may be an input's memory.
 */
final class Interpreter extends Kernel {
  private static final int BLOCK = 512;
  private static final long SLOTS_BYTES = Scratch.BYTES / 2;

  private final Code code;
  /** For each input, whether it is one element for all. */
  private final boolean[] broadcast;
  /** For each node, whether it is an output. An input that is one must be copied: its memory may be another output's. */
  private final boolean[] isResult;
  private final int block;

  Interpreter(Code code, boolean[] broadcast) {
    this.code = code;
    this.broadcast = broadcast.clone();
    isResult = new boolean[code.nodes.size()];
    for (int node : code.results) isResult[node] = true;
    int fits = (int) (SLOTS_BYTES / (Long.BYTES * Math.max(1, code.nodes.size())));
    if (fits < 1)
      throw new IllegalArgumentException("a program of " + code.nodes.size() + " nodes is too long");
    block = Math.min(BLOCK, fits);
  }

  @Override
  void run(long[] at, long[] params, long index, int n, int rows) {
    int operands = code.operands();
    var row = Arrays.copyOf(at, operands);
    for (int r = 0; r < rows; r++) {
      row(row, params, index + (long) r * n, n);
      for (int p = 0; p < operands; p++) row[p] += at[operands + p];
    }
  }

  private void row(long[] at, long[] params, long index, int n) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    long slots = scratch.take((long) Long.BYTES * block * code.nodes.size());
    var values = new long[code.nodes.size()];
    for (int done = 0; done < n; done += block) {
      int count = Math.min(block, n - done);
      for (int i = 0; i < values.length; i++)
        values[i] = evaluate(i, at, params, index + done, done, slots, values, count);
      for (int j = 0; j < code.outputs.length; j++) {
        var type = code.outputs[j];
        store(type, values[code.results[j]], at[code.firstOutput() + j] + (long) done * type.bytes(), count);
      }
    }
    scratch.release(mark);
  }

  /** Computes node i for one block and returns where its values stand. */
  private long evaluate(int i, long[] at, long[] params, long index, long done, long slots, long[] values,
      int n) {
    long slot = slots + (long) Long.BYTES * block * i;
    switch (code.nodes.get(i)) {
      case Node.Input(int input, var type) -> {
        if (broadcast[input]) {
          fill(type, Elements.load(type, at[input]), slot, n);
        } else {
          long from = at[input] + done * type.bytes();
          boolean asItLies = type == DType.FLOAT32 || type == DType.FLOAT64;
          if (asItLies && !isResult[i]) return from;
          if (asItLies)
            Memory.copy(from, slot, (long) type.bytes() * n);
          else
            loadIntegers(type, from, slot, n);
        }
      }
      case Node.Param(int param, var type) -> fill(type, params[param], slot, n);
      case Node.Const(var type, long bits) -> fill(type, bits, slot, n);
      case Node.Index() -> {
        for (int k = 0; k < n; k++) Memory.setLong(slot + 8L * k, index + k);
      }
      case Node.Uniform uniform -> {
        return at[code.inputs.length + code.uniforms.indexOf(uniform)] + done * Float.BYTES;
      }
      case Node.Cast(var type, int of) ->
        Conversions.cast(code.nodes.get(of).type(), type, values[of], slot, n);
      case Node.Apply(var op, _, int a, int b, int c) -> {
        // a comparison works on its arguments' type, a choice on its result's
        var type = op.isComparison() ? code.nodes.get(a).type() : code.nodes.get(i).type();
        long x = values[a];
        long y = b < 0 ? 0 : values[b];
        long z = c < 0 ? 0 : values[c];
        switch (type) {
          case FLOAT32 -> FloatLoops.apply(op, x, y, z, slot, n);
          case FLOAT64 -> DoubleLoops.apply(op, x, y, z, slot, n);
          default -> IntegerLoops.apply(op, type, x, y, z, slot, n);
        }
      }
    }
    return slot;
  }

  private static void fill(DType type, long bits, long slot, int n) {
    if (type == DType.FLOAT32) {
      for (int k = 0; k < n; k++) Memory.setInt(slot + 4L * k, (int) bits);
    } else {
      for (int k = 0; k < n; k++) Memory.setLong(slot + 8L * k, bits);
    }
  }

  private static void loadIntegers(DType type, long from, long slot, int n) {
    switch (type) {
      case INT32 -> {
        for (int k = 0; k < n; k++) Memory.setLong(slot + 8L * k, Memory.getInt(from + 4L * k));
      }
      case INT64 -> Memory.copy(from, slot, 8L * n);
      case BFLOAT16, FLOAT16 -> {
        for (int k = 0; k < n; k++) Memory.setLong(slot + 8L * k, Memory.getShort(from + 2L * k));
      }
      default -> {
        for (int k = 0; k < n; k++) Memory.setLong(slot + 8L * k, Memory.getByte(from + k));
      }
    }
  }

  private static void store(DType type, long slot, long to, int n) {
    switch (type) {
      case FLOAT32 -> Memory.copy(slot, to, 4L * n);
      case FLOAT64, INT64 -> Memory.copy(slot, to, 8L * n);
      case INT32 -> {
        for (int k = 0; k < n; k++) Memory.setInt(to + 4L * k, (int) Memory.getLong(slot + 8L * k));
      }
      case BFLOAT16, FLOAT16 -> {
        for (int k = 0; k < n; k++) Memory.setShort(to + 2L * k, (int) Memory.getLong(slot + 8L * k));
      }
      case UINT8, BOOL -> {
        for (int k = 0; k < n; k++) Memory.setByte(to + k, (int) Memory.getLong(slot + 8L * k));
      }
    }
  }
}
