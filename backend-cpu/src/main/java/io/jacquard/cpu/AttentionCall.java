package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.spi.View;
import org.jspecify.annotations.Nullable;

/**
 * An attention that is being computed: its operands, how it is cut into blocks, and what its two directions have in common.
 * A block is some queries by some keys; its scores lie in scratch memory, {@link #line} floats from a row to the next.
 */
final class AttentionCall {
  /** Queries and keys in a block: two blocks and what they are multiplied with stay in the nearest two caches. */
  static final int QUERIES = 64;
  static final int KEYS = 128;
  private static final int PADDING = 16;

  final ScaledDotProductAttention op;
  final BlockProducts products;
  final Matrices q;
  final Matrices k;
  final Matrices v;
  private final @Nullable Matrices mask;
  private final boolean chosen;
  private final long draw;
  final int batches;
  final int queries;
  final int keys;
  final int width;
  final int valueWidth;
  final int line;

  /** @param in the op's own inputs, from index {@code first} on */
  AttentionCall(ScaledDotProductAttention op, View[] in, int first, BlockProducts products) {
    this.op = op;
    this.products = products;
    var query = in[first].shape();
    q = Matrices.of(in[first], "attention query");
    k = Matrices.of(in[first + 1], "attention key");
    v = Matrices.of(in[first + 2], "attention value");
    mask = op.masked() ? Matrices.of(in[first + 3], "attention mask") : null;
    chosen = op.masked() && in[first + 3].dtype() == DType.BOOL;
    draw = op.dropout() > 0 ? op.draw() + Memory.getLong(Views.address(in[in.length - 1], "draw base")) : 0;
    batches = q.offsets().length;
    queries = Math.toIntExact(query.size(-2));
    keys = Math.toIntExact(in[first + 1].shape().size(-2));
    width = Math.toIntExact(query.size(-1));
    valueWidth = Math.toIntExact(in[first + 2].shape().size(-1));
    line = Math.min(KEYS, (keys + PADDING - 1) / PADDING * PADDING) + PADDING;
  }

  /** Whether these operands are for the fast path. */
  static boolean suits(View[] in, int first, boolean masked) {
    for (int i = 0; i < first + 3; i++) {
      var view = in[i];
      if (view.dtype() != DType.FLOAT32 || view.numel() == 0) return false;
      if (i >= first && view.shape().size(-1) > BlockProducts.MOST_DEPTH) return false;
    }
    return !masked || in[first + 3].dtype() == DType.BOOL || in[first + 3].dtype() == DType.FLOAT32;
  }

  int queryBlocks() {
    return (queries + QUERIES - 1) / QUERIES;
  }

  int keyBlocks() {
    return (keys + KEYS - 1) / KEYS;
  }

  /** Memory for a block of scores. */
  long block(Scratch scratch) {
    return scratch.take(4L * QUERIES * line);
  }

  /** The keys that some query before {@code end} may look at lie before this one. */
  int keysBefore(int end) {
    return op.causal() ? Math.min(keys, end) : keys;
  }

  /** How many of the n keys from {@code key} on a query may look at, as far as causality goes. */
  int visible(int query, int key, int n) {
    return op.causal() ? Math.clamp((long) query + 1 - key, 0, n) : n;
  }

  /** {@code q k^T} of a block, neither scaled nor masked. */
  void scores(int batch, int query, int rows, int key, int n, long to) {
    products.run(rows, n, width, q.from(batch, query), k.turned(batch, key), false, to, line);
  }

  /**
   * Masks a row of scores.
   *
   * @return what the row is still to be multiplied by: more than 0
   */
  float mask(long row, int batch, int query, int key, int n) {
    float scale = (float) op.scale();
    if (mask == null && scale > 0) return scale;
    AttentionRows.scale(row, n, scale);
    if (mask == null) return 1;
    long step = mask.columnStride();
    long start = mask.address() + mask.offsets()[batch];
    long first = query * mask.rowStride() + key * step;
    if (chosen) {
      for (int j = 0; j < n; j++) {
        if (Memory.getByte(start + first + j * step) == 0)
          Memory.setFloat(row + 4L * j, Float.NEGATIVE_INFINITY);
      }
    } else {
      for (int j = 0; j < n; j++) {
        float added = Memory.getFloat(start + 4 * (first + j * step));
        Memory.setFloat(row + 4L * j, Memory.getFloat(row + 4L * j) + added);
      }
    }
    return 1;
  }

  boolean drops() {
    return op.dropout() > 0;
  }

  /**
   * Multiplies a part of a row of weights by 0 or 1/(1-p).
   *
   * @param factors memory for n floats, which are then those factors
   */
  void drop(long row, int batch, int query, int key, int n, long factors, Scratch scratch) {
    long index = ((long) batch * queries + query) * keys + key;
    Random.fill(op.seed(), draw, index, n, scratch, factors);
    float p = (float) op.dropout();
    float rest = op.dropout() >= 1 ? 0 : (float) (1 / (1 - op.dropout()));
    for (int j = 0; j < n; j++) {
      float factor = Memory.getFloat(factors + 4L * j) < p ? 0 : rest;
      Memory.setFloat(factors + 4L * j, factor);
      Memory.setFloat(row + 4L * j, Memory.getFloat(row + 4L * j) * factor);
    }
  }
}
