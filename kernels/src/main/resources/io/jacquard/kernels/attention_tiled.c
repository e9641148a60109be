/*
 * Attention and its gradients through shared memory, block by block, so that no matrix of weights exists (Dao:
 * FlashAttention-2, 2023; the running softmax is that of Milakov, Gimelshein 2018). attention.h says what is computed. A
 * work-group keeps a block of the result in registers and goes through the blocks of the other side: products of both sides
 * make the scores, these the weights, which lie in shared memory for the product with x. Each gradient has a launch of its
 * own, and computes the weights again: nothing is added up across groups, so results do not depend on timing.
 *
 * Shapes: a [batch, own, depth], b [batch, other, depth], a2 [batch, own, second], b2 [batch, other, second], x [batch,
 * other, columns], mask [batch, queries, keys], out [batch, own, columns], all by strides. Work-group: $group items, a
 * square; a block is $block rows by $block others by $columns columns. Memory: own rows once for each block of others, the
 * others once for each block of own rows, mostly from caches; the result once. Operations: 2 * batch * own * other * (depth +
 * second + columns), half of it with causality, and an exponential for each weight.
 */

/* sum += a.b^T for a block; item (x, y) has rows y, y + $items... of a and x, x + $items... of b. */
DEVFN void add_products(REAL* sum, LOCALPTR REAL* pool, GLOBAL const REAL* a, i64 a_from, idx a_rows, idx a_row,
                        idx a_column, GLOBAL const REAL* b, i64 b_from, idx b_rows, idx b_row, idx b_column, idx depth) {
  int x = LID % $items, y = LID / $items;
  for (idx k0 = 0; k0 < depth; k0 += $depth) {
    BARRIER();
    for (int e = LID; e < $block * $depth; e += $group) {
      int i = e / $depth, k = e % $depth;
      pool[k * $pitch + i] = i < a_rows && k0 + k < depth ? a[a_from + i * a_row + (k0 + k) * a_column] : 0;
      pool[($depth + k) * $pitch + i] = i < b_rows && k0 + k < depth ? b[b_from + i * b_row + (k0 + k) * b_column] : 0;
    }
    BARRIER();
    for (int k = 0; k < $depth; k++) {
      REAL across[$each];
      UNROLL for (int j = 0; j < $each; j++) across[j] = pool[($depth + k) * $pitch + x + j * $items];
      UNROLL for (int i = 0; i < $each; i++) {
        REAL down = pool[k * $pitch + y + i * $items];
        UNROLL for (int j = 0; j < $each; j++) sum[i * $each + j] = FMA(down, across[j], sum[i * $each + j]);
      }
    }
  }
}

KERNEL GROUP_SIZE($group) void attention(idx own, idx other, idx depth, idx second, idx columns, idx blocks,
                                         i64 scale_bits$parameters) {
  LOCAL REAL pool[$pool];
  LOCAL REAL weights[$block][$pitch];
  $head
  int x0 = LID % $items, y0 = LID / $items;
  REAL total[$each][$columns_each];
  UNROLL for (int i = 0; i < $each; i++)
    UNROLL for (int c = 0; c < $columns_each; c++) total[i][c] = 0;
  REAL shift[$each], extra[$each]; /* of queries: the largest score so far and the sum; of gradients L and t */
#if $softmax
  UNROLL for (int i = 0; i < $each; i++) {
    shift[i] = $lowest;
    extra[i] = 0;
  }
#elif !$of_keys
  UNROLL for (int i = 0; i < $each; i++) {
    idx query = m0 + y0 + i * $items;
    shift[i] = query < own ? lse[$lse_from + query * $lse_row] : 0;
#if $twice
    extra[i] = query < own ? dots[$dots_from + query * $dots_row] : 0;
#endif
  }
#endif
  for (idx o0 = first; o0 < end; o0 += $block) {
    REAL s[$each * $each];
    UNROLL for (int e = 0; e < $each * $each; e++) s[e] = 0;
    add_products(s, pool, a, $a_from + m0 * $a_row, own - m0, $a_row, $a_column, b, $b_from + o0 * $b_row, other - o0,
                 $b_row, $b_column, depth);
#if $twice
    REAL d[$each * $each];
    UNROLL for (int e = 0; e < $each * $each; e++) d[e] = 0;
    add_products(d, pool, a2, $a2_from + m0 * $a2_row, own - m0, $a2_row, $a2_column, b2, $b2_from + o0 * $b2_row,
                 other - o0, $b2_row, $b2_column, second);
#endif
#if $of_keys
    UNROLL for (int j = 0; j < $each; j++) {
      idx query = o0 + x0 + j * $items;
      shift[j] = query < other ? lse[$lse_from + query * $lse_row] : 0;
#if $twice
      extra[j] = query < other ? dots[$dots_from + query * $dots_row] : 0;
#endif
    }
#endif
    UNROLL for (int i = 0; i < $each; i++)
      UNROLL for (int j = 0; j < $each; j++) {
        idx mine = m0 + y0 + i * $items, theirs = o0 + x0 + j * $items;
        int seen = mine < own && theirs < other;
        REAL v = s[i * $each + j] * scale;
        $mask
        s[i * $each + j] = seen ? v : $lowest;
      }
#if $softmax
    BARRIER();
    UNROLL for (int i = 0; i < $each; i++) {
      REAL most = s[i * $each];
      UNROLL for (int j = 1; j < $each; j++) most = NAMED(max)(most, s[i * $each + j]);
      pool[(y0 + i * $items) * $items + x0] = most;
    }
    BARRIER();
    UNROLL for (int i = 0; i < $each; i++) {
      REAL most = shift[i];
      for (int j = 0; j < $items; j++) most = NAMED(max)(most, pool[(y0 + i * $items) * $items + j]);
      REAL from = most == $lowest ? 0 : most, smaller = NAMED(exp)(shift[i] - from);
      shift[i] = most;
      extra[i] *= smaller;
      UNROLL for (int c = 0; c < $columns_each; c++) total[i][c] *= smaller;
      UNROLL for (int j = 0; j < $each; j++) {
        s[i * $each + j] = NAMED(exp)(s[i * $each + j] - from);
        extra[i] += s[i * $each + j];
      }
    }
#endif
#if $dropout
    for (int e = 0; e < $each * $each; e++) { /* a loop, and by way of memory, since random numbers are much code */
      int i = e / $each, j = e % $each;
      idx mine = m0 + y0 + i * $items, theirs = o0 + x0 + j * $items;
      weights[x0 + j * $items][y0 + i * $items] = $kept;
    }
#endif
    UNROLL for (int i = 0; i < $each; i++)
      UNROLL for (int j = 0; j < $each; j++) {
        REAL w = s[i * $each + j];
#if !$softmax
        w = NAMED(exp)(w - shift[$by_query]);
#endif
#if $dropout
        REAL kept = weights[x0 + j * $items][y0 + i * $items];
#else
        REAL kept = 1;
#endif
#if $twice
        w = w * (kept * d[i * $each + j] - extra[$by_query]) * scale;
#else
        w = w * kept;
#endif
        weights[x0 + j * $items][y0 + i * $items] = w;
      }
    for (int k0 = 0; k0 < $block && o0 + k0 < end; k0 += $depth) {
      BARRIER();
      for (int e = LID; e < $columns * $depth; e += $group) {
        int c = e % $columns, k = e / $columns;
        pool[e] = o0 + k0 + k < other && n0 + c < columns
            ? x[$x_from + (o0 + k0 + k) * $x_row + (n0 + c) * $x_column] : 0;
      }
      BARRIER();
      for (int k = 0; k < $depth; k++) {
        REAL across[$columns_each];
        UNROLL for (int c = 0; c < $columns_each; c++) across[c] = pool[k * $columns + x0 + c * $items];
        UNROLL for (int i = 0; i < $each; i++) {
          REAL down = weights[k0 + k][y0 + i * $items];
          UNROLL for (int c = 0; c < $columns_each; c++) total[i][c] = FMA(down, across[c], total[i][c]);
        }
      }
    }
  }
#if $softmax
  BARRIER();
  UNROLL for (int i = 0; i < $each; i++) pool[(y0 + i * $items) * $items + x0] = extra[i];
  BARRIER();
  UNROLL for (int i = 0; i < $each; i++) {
    REAL sum = 0;
    for (int j = 0; j < $items; j++) sum += pool[(y0 + i * $items) * $items + j];
    UNROLL for (int c = 0; c < $columns_each; c++) total[i][c] = sum == 0 ? 0 : total[i][c] / sum;
    idx query = m0 + y0 + i * $items;
    if (x0 == 0 && n0 == 0 && query < own)
      lse[$lse_from + query * $lse_row] = sum == 0 ? 0 : shift[i] + NAMED(log)(sum);
  }
#endif
  UNROLL for (int i = 0; i < $each; i++)
    UNROLL for (int c = 0; c < $columns_each; c++) {
      idx m = m0 + y0 + i * $items, n = n0 + x0 + c * $items;
      if (m < own && n < columns) out[$out_from + m * $out_row + n * $out_column] = total[i][c];
    }
}
