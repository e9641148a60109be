package io.jacquard.cpu;

import io.jacquard.spi.View;

/** The gradient of an attention, by blocks: {@link io.jacquard.ops.ScaledDotProductAttentionBackward} has the formulas. */
final class AttentionGradient {
  private final AttentionCall call;
  private final Matrices g;
  private final Matrices y;
  private final long logSumExp;
  private final Matrices dq;
  private final Matrices dk;
  private final Matrices dv;

  AttentionGradient(AttentionCall call, View[] in, View[] out) {
    this.call = call;
    g = Matrices.of(in[0], "attention result's gradient");
    y = Matrices.of(in[1], "attention result");
    logSumExp = Views.address(in[2], "attention log-sum-exp");
    dq = Matrices.of(out[0], "attention query's gradient");
    dk = Matrices.of(out[1], "attention key's gradient");
    dv = Matrices.of(out[2], "attention value's gradient");
  }

  /** A thread's memory: the block at hand, of weights and of the scores' gradient, and g y summed for each of its rows. */
  private record Block(Scratch scratch, long weights, long scores, long dots, long lanes, long factors) {
    static Block of(AttentionCall call, Scratch scratch) {
      return new Block(scratch, call.block(scratch), call.block(scratch),
          scratch.take(4L * AttentionCall.QUERIES),
          scratch.take(Simd.BYTES), scratch.take(4L * call.line));
    }
  }

  /** All three gradients of one matrix. */
  void all(int batch) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    var block = Block.of(call, scratch);
    for (int query = 0; query < call.queries; query += AttentionCall.QUERIES) {
      int rows = rows(query);
      dots(block, batch, query, rows);
      int end = call.keysBefore(query + rows);
      for (int key = 0; key < end; key += AttentionCall.KEYS) {
        int n = Math.min(AttentionCall.KEYS, end - key);
        compute(block, batch, query, rows, key, n);
        toQueries(block, batch, query, rows, key, n);
        int first = call.op.causal() ? key / AttentionCall.QUERIES * AttentionCall.QUERIES : 0;
        toKeys(block, batch, query, rows, key, n, query == first);
      }
    }
    int unseen = (call.keysBefore(call.queries) + AttentionCall.KEYS - 1) / AttentionCall.KEYS
        * AttentionCall.KEYS;
    if (unseen < call.keys) clear(batch, unseen, call.keys - unseen);
    scratch.release(mark);
  }

  /** The gradient of a block of queries. */
  void ofQueries(int batch, int query) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    var block = Block.of(call, scratch);
    int rows = rows(query);
    dots(block, batch, query, rows);
    int end = call.keysBefore(query + rows);
    for (int key = 0; key < end; key += AttentionCall.KEYS) {
      int n = Math.min(AttentionCall.KEYS, end - key);
      compute(block, batch, query, rows, key, n);
      toQueries(block, batch, query, rows, key, n);
    }
    scratch.release(mark);
  }

  /** The gradients of a block of keys and values. */
  void ofKeys(int batch, int key) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    var block = Block.of(call, scratch);
    boolean first = true;
    for (int query = 0; query < call.queries; query += AttentionCall.QUERIES) {
      int rows = rows(query);
      int n = Math.min(AttentionCall.KEYS, call.keysBefore(query + rows) - key);
      if (n <= 0) continue;
      dots(block, batch, query, rows);
      compute(block, batch, query, rows, key, n);
      toKeys(block, batch, query, rows, key, n, first);
      first = false;
    }
    if (first) clear(batch, key, Math.min(AttentionCall.KEYS, call.keys - key));
    scratch.release(mark);
  }

  private int rows(int query) {
    return Math.min(AttentionCall.QUERIES, call.queries - query);
  }

  private void clear(int batch, int key, int n) {
    for (int r = 0; r < n; r++) {
      Memory.fill(dk.row(batch, key + r), 4L * call.width, (byte) 0);
      Memory.fill(dv.row(batch, key + r), 4L * call.valueWidth, (byte) 0);
    }
  }

  /** For each query {@code sum(g y)}, which is the sum of its weights' gradients times the weights. */
  private void dots(Block block, int batch, int query, int rows) {
    boolean dense = g.columnStride() == 1 && y.columnStride() == 1;
    for (int r = 0; r < rows; r++) {
      long first = g.row(batch, query + r);
      long second = y.row(batch, query + r);
      float dot = dense ? AttentionRows.dot(first, second, call.valueWidth, block.lanes)
          : scattered(first, second);
      Memory.setFloat(block.dots + 4L * r, dot);
    }
  }

  private float scattered(long first, long second) {
    double sum = 0;
    for (int j = 0; j < call.valueWidth; j++) {
      sum += Memory.getFloat(first + 4 * j * g.columnStride())
          * Memory.getFloat(second + 4 * j * y.columnStride());
    }
    return (float) sum;
  }

  /** Leaves the block's weights, after dropout, and the scaled gradient of its scores. */
  private void compute(Block block, int batch, int query, int rows, int key, int n) {
    call.scores(batch, query, rows, key, n, block.weights);
    call.products.run(rows, n, call.valueWidth, g.from(batch, query), call.v.turned(batch, key), false,
        block.scores, call.line);
    float scale = (float) call.op.scale();
    for (int r = 0; r < rows; r++) {
      long p = block.weights + 4L * r * call.line;
      long ds = block.scores + 4L * r * call.line;
      int visible = call.visible(query + r, key, n);
      int whole = AttentionRows.whole(visible);
      AttentionRows.clear(p, whole, n);
      AttentionRows.clear(ds, whole, n);
      if (visible == 0) continue;
      float factor = call.mask(p, batch, query + r, key, visible);
      AttentionRows.pad(p, visible, Float.NEGATIVE_INFINITY);
      AttentionRows.pad(ds, visible, 0);
      AttentionRows.exp(p, whole, factor, logSumExp(batch, query + r), block.lanes);
      float dot = Memory.getFloat(block.dots + 4L * r);
      if (call.drops()) {
        call.drop(ds, batch, query + r, key, visible, block.factors, block.scratch);
        AttentionRows.gradient(p, ds, whole, dot, scale);
        multiply(p, block.factors, visible);
      } else {
        AttentionRows.gradient(p, ds, whole, dot, scale);
      }
    }
  }

  private static void multiply(long x, long factors, int n) {
    for (int j = 0; j < n; j++)
      Memory.setFloat(x + 4L * j, Memory.getFloat(x + 4L * j) * Memory.getFloat(factors + 4L * j));
  }

  private float logSumExp(int batch, int query) {
    return Memory.getFloat(logSumExp + 4 * ((long) batch * call.queries + query));
  }

  private void toQueries(Block block, int batch, int query, int rows, int key, int n) {
    call.products.run(rows, call.width, n, Matrix.of(block.scores, call.line, 1), call.k.from(batch, key),
        key > 0, dq.row(batch, query), dq.rowStride());
  }

  /** @param first whether nothing was written yet to the block's keys, some of which may come after these n */
  private void toKeys(Block block, int batch, int query, int rows, int key, int n, boolean first) {
    int all = Math.min(AttentionCall.KEYS, call.keys - key);
    if (first && n < all) clear(batch, key + n, all - n);
    call.products.run(n, call.valueWidth, rows, Matrix.of(block.weights, 1, call.line), g.from(batch, query),
        !first,
        dv.row(batch, key), dv.rowStride());
    call.products.run(n, call.width, rows, Matrix.of(block.scores, 1, call.line), call.q.from(batch, query),
        !first,
        dk.row(batch, key), dk.rowStride());
  }
}
