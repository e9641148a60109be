package io.jacquard.cpu;

import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.ops.ScaledDotProductAttentionBackward;
import io.jacquard.spi.View;

/**
 * Attention of float32 and its gradient, block by block, after Dao: FlashAttention-2 (2023). Of the weights no more than a
 * block a thread exists at a time, so memory beyond operands and results grows with the number of queries, not with its
 * square. Forward, the softmax is taken as the keys come in: a new largest score scales down what was summed so far.
 * Backward, the weights of a block are computed again from the saved log-sum-exp of each row.
 *
 * <p>Blocks follow from the shapes and are worked through in one order, so the bits do not depend on the number of threads.
 */
final class Attention {
  /** Multiply-adds for which handing a part to another thread pays. */
  private static final double PART_WORK = 2e5;
  /** From so many matrices on, each is a part of the gradient; fewer are cut up, and weights computed twice. */
  private static final int ENOUGH_BATCHES = 8;

  private final Workers workers;
  private final Products products;

  Attention(Workers workers, Products products) {
    this.workers = workers;
    this.products = products;
  }

  /** What is done for a number. */
  private interface Item {
    void run(int item);
  }

  /** Shares out numbered items of so many multiply-adds each. */
  private void share(int items, double work, Item item) {
    int each = (int) Math.clamp(PART_WORK / Math.max(work, 1), 1, items);
    workers.run((items + each - 1) / each, part -> {
      for (int i = part * each; i < Math.min(items, (part + 1) * each); i++) item.run(i);
    });
  }

  private BlockProducts blocks() {
    return new BlockProducts(workers, products.prepare(AttentionCall.QUERIES));
  }

  /** False for what is left to the decomposition. */
  boolean forward(ScaledDotProductAttention op, View[] in, View[] out) {
    if (!AttentionCall.suits(in, 0, op.masked())) return false;
    var call = new AttentionCall(op, in, 0, blocks());
    var y = Matrices.of(out[0], "attention result");
    long logSumExp = Views.address(out[1], "attention log-sum-exp");
    int blocks = call.queryBlocks();
    double work = (double) AttentionCall.QUERIES * call.keys * (call.width + call.valueWidth);
    share(call.batches * blocks, Math.min(work, work / AttentionCall.QUERIES * call.queries), item -> {
      int batch = item / blocks;
      int query = item % blocks * AttentionCall.QUERIES;
      long row = (long) batch * call.queries + query;
      forward(call, batch, query, y.from(batch, query), logSumExp + 4 * row);
    });
    return true;
  }

  /** Computes a block of queries; {@code y} begins, and {@code logSumExp} is, where its first row goes. */
  private static void forward(AttentionCall call, int batch, int query, Matrix y, long logSumExp) {
    var scratch = Scratch.mine();
    long mark = scratch.mark();
    int rows = Math.min(AttentionCall.QUERIES, call.queries - query);
    var block = new SoftmaxBlock(call, batch, query, rows, y, scratch);
    int end = call.keysBefore(query + rows);
    for (int key = 0; key < end; key += AttentionCall.KEYS) {
      int n = Math.min(AttentionCall.KEYS, end - key);
      call.scores(batch, query, rows, key, n, block.scores);
      block.weigh(key, n);
      call.products.run(rows, call.valueWidth, n, Matrix.of(block.scores, call.line, 1),
          call.v.from(batch, key),
          key > 0, y.address(), y.rowStride());
    }
    block.finish(logSumExp);
    scratch.release(mark);
  }

  /** False for what is left to the decomposition. */
  boolean backward(ScaledDotProductAttentionBackward op, View[] in, View[] out) {
    boolean suits = AttentionCall.suits(in, 3, op.op().masked()) && in[2].layout().isContiguous();
    if (op.mask() || !suits) return false;
    var call = new AttentionCall(op.op(), in, 3, blocks());
    var gradient = new AttentionGradient(call, in, out);
    double work = (double) call.queries * call.keys * (call.width + call.valueWidth) * 2;
    if (call.batches >= ENOUGH_BATCHES || call.queryBlocks() == 1) {
      share(call.batches, work, gradient::all);
    } else {
      int queryBlocks = call.queryBlocks();
      share(call.batches * queryBlocks, work / queryBlocks,
          item -> gradient.ofQueries(item / queryBlocks, item % queryBlocks * AttentionCall.QUERIES));
      int keyBlocks = call.keyBlocks();
      share(call.batches * keyBlocks, work / keyBlocks,
          item -> gradient.ofKeys(item / keyBlocks, item % keyBlocks * AttentionCall.KEYS));
    }
    return true;
  }
}
