/*
 * Matrix product through shared memory: C = epilogue(alpha * A.B + beta * C, extra...). A work-group copies a block of A
 * and one of B, then each item multiplies what it needs of them from registers (Nugteren: CLBlast, IWOCL 2018; Volkov,
 * Demmel: Benchmarking GPUs to Tune Dense Linear Algebra, SC 2008).
 *
 * Shapes: A [batch, rows, depth], B [batch, depth, columns], C [batch, rows, columns], each by strides. Work-group: $group
 * items in $across columns; it computes $block_rows x $block_columns of C, an item $tile_rows x $tile_columns of these,
 * spread in vectors of neighbours, so that items that stand
 * beside each other read what lies beside each other. The first dimension counts column blocks, the second row blocks, the third the batch. Memory: A once
 * for each column block, B once for each row block. Operations: 2 * batch * rows * columns * depth.
 */
KERNEL GROUP_SIZE($group) void matmul(idx rows, idx columns, idx depth, i64 alpha_bits, i64 beta_bits$parameters) {
  LOCAL ALIGNED($aligned) $value as[$block_depth][$a_pitch];
  LOCAL ALIGNED($aligned) $value bs[$block_depth][$b_pitch];
  int x = LID % $across, y = LID / $across;
  idx m0 = (idx)GROUP(1) * $block_rows, n0 = (idx)GROUP(0) * $block_columns;
  idx batch = (idx)GROUP(2);
  $batch
  GLOBAL const $memory* pa = a + a_at + ($a_batch);
  GLOBAL const $memory* pb = b + b_at + ($b_batch);
  $value sum[$tile_rows][$tile_columns];
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $tile_columns; j++) sum[i][j] = 0;
  for (idx k0 = 0; k0 < depth; k0 += $block_depth) {
    for (int e = LID; e < $block_rows * $block_depth; e += $group) {
      int i = $a_row, k = $a_depth;
      as[k][i] = m0 + i < rows && k0 + k < depth ? $widened(pa[(m0 + i) * $a_m + (k0 + k) * $a_k]) : 0;
    }
    for (int e = LID; e < $block_columns * $block_depth; e += $group) {
      int j = $b_column, k = $b_depth;
      bs[k][j] = k0 + k < depth && n0 + j < columns ? $widened(pb[(k0 + k) * $b_k + (n0 + j) * $b_n]) : 0;
    }
    BARRIER();
    $unroll
    for (int k = 0; k < $block_depth; k++) {
      $value across[$tile_columns];
      UNROLL for (int j = 0; j < $tile_columns; j++) across[j] = bs[k][$column];
      UNROLL for (int i = 0; i < $tile_rows; i++) {
        $value down = as[k][$row];
        UNROLL for (int j = 0; j < $tile_columns; j++) sum[i][j] = $multiply_add;
      }
    }
    BARRIER();
  }
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $tile_columns; j++) {
      idx m = m0 + $row, n = n0 + $column;
      if (m < rows && n < columns) {
        $finish
      }
    }
}
