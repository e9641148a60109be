/*
 * Matrix product without shared memory: C = epilogue(alpha * A.B + beta * C, extra...). For small products, and for
 * devices whose caches do what shared memory does elsewhere, that is, CPUs.
 *
 * Shapes: A [batch, rows, depth], B [batch, depth, columns], C [batch, rows, columns], each by strides. Work-group: $group
 * items; an item computes $tile_rows x $tile_columns elements of C, held in registers, column tiles fastest; the second dimension
 * counts row tiles, the third the batch. Memory: A once for each column tile, B once for each row tile, mostly from caches. Operations: 2 * batch *
 * rows * columns * depth.
 */
KERNEL GROUP_SIZE($group) void matmul(idx rows, idx columns, idx depth, i64 alpha_bits, i64 beta_bits$parameters) {
  i64 number = (GROUP(0) * $group + LID) * $tile_columns;
  if (number >= columns) return;
  idx n0 = (idx)number, m0 = (idx)GROUP(1) * $tile_rows;
  idx batch = (idx)GROUP(2);
  $batch
  GLOBAL const $memory* pa = a + a_at + ($a_batch);
  GLOBAL const $memory* pb = b + b_at + ($b_batch);
  $value sum[$tile_rows][$tile_columns];
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $tile_columns; j++) sum[i][j] = 0;
  if (m0 + $tile_rows <= rows && n0 + $tile_columns <= columns) {
    $unroll
    for (idx k = 0; k < depth; k++) {
      $value across[$tile_columns];
      UNROLL for (int j = 0; j < $tile_columns; j++) across[j] = $widened(pb[k * $b_k + (n0 + j) * $b_n]);
      UNROLL for (int i = 0; i < $tile_rows; i++) {
        $value down = $widened(pa[(m0 + i) * $a_m + k * $a_k]);
        UNROLL for (int j = 0; j < $tile_columns; j++) sum[i][j] = $multiply_add;
      }
    }
  } else {
    for (idx k = 0; k < depth; k++) {
      $value across[$tile_columns];
      UNROLL for (int j = 0; j < $tile_columns; j++) across[j] = n0 + j < columns ? $widened(pb[k * $b_k + (n0 + j) * $b_n]) : 0;
      UNROLL for (int i = 0; i < $tile_rows; i++) {
        $value down = m0 + i < rows ? $widened(pa[(m0 + i) * $a_m + k * $a_k]) : 0;
        UNROLL for (int j = 0; j < $tile_columns; j++) sum[i][j] = $multiply_add;
      }
    }
  }
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $tile_columns; j++) {
      idx m = m0 + i, n = n0 + j;
      if (m < rows && n < columns) {
        $finish
      }
    }
}
