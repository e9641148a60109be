/*
 * What attention_tiled.c does, for CPUs: an item takes a block of the result, and goes through the blocks of the other side
 * in memory of its own, which fits the nearest cache. Blocks are multiplied in tiles of vectors in registers, for which b is
 * laid out anew, transposed.
 *
 * Shapes: as there. Work-group: $group item; a block is $block rows by $block others by $columns columns. Memory: as there.
 * Operations: as there, and for each element of b and x a copy for each block of own rows.
 */

/* c (+)= a.b for blocks in memory of the item; rows in eights, columns in pairs of vectors. */
DEVFN void multiply(const REAL* a, int a_row, const REAL* b, int b_row, REAL* c, int c_row, int rows, int columns,
                    int depth, int adds) {
  for (int m = 0; m < rows; m += 8)
    for (int n = 0; n < columns; n += 2 * LANES) {
      vec tile[8][2];
      UNROLL for (int i = 0; i < 8; i++)
        UNROLL for (int j = 0; j < 2; j++)
          tile[i][j] = adds ? vec_join(c + (m + i) * c_row + n + j * LANES) : vec_of(0);
      for (int k = 0; k < depth; k++) {
        vec across[2];
        UNROLL for (int j = 0; j < 2; j++) across[j] = vec_join(b + k * b_row + n + j * LANES);
        UNROLL for (int i = 0; i < 8; i++) {
          vec down = vec_of(a[(m + i) * a_row + k]);
          UNROLL for (int j = 0; j < 2; j++) tile[i][j] = vec_fma(down, across[j], tile[i][j]);
        }
      }
      UNROLL for (int i = 0; i < 8; i++)
        UNROLL for (int j = 0; j < 2; j++) vec_spread(tile[i][j], c + (m + i) * c_row + n + j * LANES);
    }
}

/* Copies rows of columns numbers; behind them zeros, up to whole and wide. */
DEVFN void copy_rows(GLOBAL const REAL* p, i64 from, idx row, idx column, int rows, int columns, REAL* to, int pitch,
                     int whole, int wide) {
  for (int i = 0; i < whole; i++) {
    int n = i < rows ? columns : 0;
    INDEPENDENT
    for (int j = 0; j < n; j++) to[i * pitch + j] = p[from + i * row + j * column];
    for (int j = n; j < wide; j++) to[i * pitch + j] = 0;
  }
}

/* scores = a.b^T for a block. A shallow a is in left already if it is not the first block. */
DEVFN void products(GLOBAL const REAL* a, i64 a_from, idx a_row, idx a_column, int a_rows, int a_whole,
                    GLOBAL const REAL* b, i64 b_from, idx b_row, idx b_column, int b_rows, int b_whole, idx depth,
                    REAL* left, REAL* right, REAL* scores, int fresh) {
  for (idx k0 = 0; k0 < depth; k0 += $depth) {
    int n = (int)(depth - k0 < $depth ? depth - k0 : $depth);
    if (fresh || depth > $depth) copy_rows(a, a_from + k0 * a_column, a_row, a_column, a_rows, n, left, $depth, a_whole, n);
    for (int k = 0; k < n; k++) {
      INDEPENDENT
      for (int j = 0; j < b_rows; j++) right[k * $block + j] = b[b_from + j * b_row + (k0 + k) * b_column];
      for (int j = b_rows; j < b_whole; j++) right[k * $block + j] = 0;
    }
    multiply(left, $depth, right, $block, scores, $block, a_whole, b_whole, n, k0 > 0);
  }
}

KERNEL GROUP_SIZE($group) void attention(idx own, idx other, idx depth, idx second, idx columns, idx blocks,
                                         i64 scale_bits$parameters) {
  $head
  REAL left[$block * $depth], right[$depth * $block], scores[$block * $block], behind[$block * $columns];
  REAL total[$block * $columns], shift[$block], extra[$block];
#if $twice
  REAL left2[$block * $depth], d[$block * $block];
#endif
  int rows = (int)(own - m0 < $block ? own - m0 : $block), a_whole = (rows + 7) / 8 * 8;
  int across = (int)(columns - n0 < $columns ? columns - n0 : $columns);
  for (int e = 0; e < $block * $columns; e++) total[e] = 0;
#if $softmax
  for (int i = 0; i < $block; i++) {
    shift[i] = $lowest;
    extra[i] = 0;
  }
#elif !$of_keys
  for (int i = 0; i < rows; i++) {
    shift[i] = lse[$lse_from + (m0 + i) * $lse_row];
#if $twice
    extra[i] = dots[$dots_from + (m0 + i) * $dots_row];
#endif
  }
#endif
  for (idx o0 = first; o0 < end; o0 += $block) {
    int others = (int)(other - o0 < $block ? other - o0 : $block);
    int b_whole = (others + 2 * LANES - 1) / (2 * LANES) * (2 * LANES);
    products(a, $a_from + m0 * $a_row, $a_row, $a_column, rows, a_whole, b, $b_from + o0 * $b_row, $b_row, $b_column,
             others, b_whole, depth, left, right, scores, o0 == first);
#if $twice
    products(a2, $a2_from + m0 * $a2_row, $a2_row, $a2_column, rows, a_whole, b2, $b2_from + o0 * $b2_row, $b2_row,
             $b2_column, others, b_whole, second, left2, right, d, o0 == first);
#endif
#if $of_keys
    for (int j = 0; j < b_whole; j++) {
      shift[j] = j < others ? lse[$lse_from + (o0 + j) * $lse_row] : 0;
#if $twice
      extra[j] = j < others ? dots[$dots_from + (o0 + j) * $dots_row] : 0;
#endif
    }
#endif
    copy_rows(x, $x_from + o0 * $x_row + n0 * $x_column, $x_row, $x_column, others, across, behind, $columns, others,
              $columns);
    for (int i = 0; i < rows; i++) {
      REAL* row = scores + i * $block;
      idx mine = m0 + i;
      INDEPENDENT
      for (int j = 0; j < b_whole; j++) {
        idx theirs = o0 + j;
        int seen = j < others;
        REAL v = row[j] * scale;
        $mask
        row[j] = seen ? v : $lowest;
      }
#if $softmax
      vec lanes = vec_of(shift[i]);
      for (int j = 0; j < b_whole; j += LANES) lanes = vec_max(lanes, vec_join(row + j));
      REAL most = vec_highest(lanes);
      REAL from = most == $lowest ? 0 : most, smaller = NAMED(exp)(shift[i] - from);
      shift[i] = most;
      vec low = vec_of(from);
      lanes = vec_of(0);
      for (int j = 0; j < b_whole; j += LANES) {
        vec e = vec_exp(vec_join(row + j) - low);
        lanes = lanes + e;
        vec_spread(e, row + j);
      }
      extra[i] = extra[i] * smaller + vec_sum(lanes);
      vec factor = vec_of(smaller);
      for (int c = 0; c < $columns; c += LANES)
        vec_spread(vec_join(total + i * $columns + c) * factor, total + i * $columns + c);
#else
      for (int j = 0; j < b_whole; j += LANES) {
#if $of_keys
        vec low = vec_join(shift + j);
#else
        vec low = vec_of(shift[i]);
#endif
        vec_spread(vec_exp(vec_join(row + j) - low), row + j);
      }
#endif
#if $dropout || $twice
      INDEPENDENT
      for (int j = 0; j < b_whole; j++) {
        idx theirs = o0 + j;
        REAL kept = $kept;
#if $twice
        row[j] = row[j] * (kept * d[i * $block + j] - extra[$by_query]) * scale;
#else
        row[j] = row[j] * kept;
#endif
      }
#endif
    }
    multiply(scores, $block, behind, $columns, total, $columns, a_whole, $columns, others, 1);
  }
  for (int i = 0; i < rows; i++) {
    idx m = m0 + i;
#if $softmax
    REAL sum = extra[i];
    if (n0 == 0) lse[$lse_from + m * $lse_row] = sum == 0 ? 0 : shift[i] + NAMED(log)(sum);
    for (int c = 0; c < across; c++) out[$out_from + m * $out_row + (n0 + c) * $out_column] = sum == 0 ? 0 : total[i * $columns + c] / sum;
#else
    for (int c = 0; c < across; c++) out[$out_from + m * $out_row + (n0 + c) * $out_column] = total[i * $columns + c];
#endif
  }
}
