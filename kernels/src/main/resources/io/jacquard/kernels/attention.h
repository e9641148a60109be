/*
 * What all kernels of attention begin with, in attention_tiled.c and attention_vectors.c. This stands in a kernel's body.
 *
 * A kernel computes out[own, columns] = W x with W a matrix of weights [own, other] that exists in blocks only. It follows
 * from the scores S = scale a.b^T + mask and, in two of the gradients, from D = a2.b2^T; L is each query's saved
 * log-sum-exp, M what dropout multiplies a weight by, t each query's sum(g y):
 *
 *   RESULT  own: queries  a, b: q, k               x: v  W = exp(S - max) M, rows divided by sum(exp(S - max)) at last
 *   QUERY   own: queries  a, b: q, k  a2, b2: g, v  x: k  W = scale exp(S - L) (M D - t)
 *   KEY     own: keys     a, b: k, q  a2, b2: v, g  x: q  W = the same, transposed
 *   VALUE   own: keys     a, b: k, q               x: g  W = exp(S - L) M, transposed
 *
 * The first dimension of groups counts blocks of rows within batches, the last one first, since with causality it is the
 * longest for queries; the second counts blocks of columns.
 */
  i64 number = GROUP(0);
  i64 batch = number / blocks;
  idx m0 = (idx)(blocks - 1 - (number - batch * blocks)) * $block;
  idx n0 = (idx)GROUP(1) * $columns;
  $batch
  REAL scale = $scale;
#if $dropout
  i64 draw = base[base_at] + draw_number, random_from = batch * own * other;
  float share = BITS_F32(share_bits);
  REAL rest = $rest;
#endif
#if $causal && $of_keys
  idx first = m0, end = other;
#elif $causal
  idx first = 0, end = m0 + $block < other ? m0 + $block : other;
#else
  idx first = 0, end = other;
#endif
