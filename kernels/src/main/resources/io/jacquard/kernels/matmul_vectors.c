/*
 * Matrix product in the registers of a CPU: C = epilogue(alpha * A.B + beta * C, extra...). An item keeps a tile of C as
 * vectors (Goto, van de Geijn: Anatomy of High-Performance Matrix Multiplication, 2008, without its packing of A).
 *
 * Shapes: A [batch, rows, depth], by strides; B [batch, depth, columns], with columns side by side; C [batch, rows, columns],
 * by strides. Work-group: $group items; an item computes $tile_rows x $tile_columns elements of C, column tiles fastest; the
 * second dimension counts row tiles, the third the batch. Memory: A once for each column tile, B once for each row tile,
 * mostly from caches. Operations: 2 * batch * rows * columns * depth.
 */
KERNEL GROUP_SIZE($group) void matmul(idx rows, idx columns, idx depth, i64 alpha_bits, i64 beta_bits$parameters) {
  i64 number = (GROUP(0) * $group + LID) * $tile_columns;
  if (number >= columns) return;
  idx n0 = (idx)number, m0 = (idx)GROUP(1) * $tile_rows;
  idx batch = (idx)GROUP(2);
  $batch
  i64 a_from = a_at + ($a_batch), b_from = b_at + ($b_batch) + n0;
  i64 row[$tile_rows];
  UNROLL for (int i = 0; i < $tile_rows; i++) row[i] = a_from + (m0 + i < rows ? m0 + i : rows - 1) * $a_m;
  vec tile[$tile_rows][$vectors];
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $vectors; j++) tile[i][j] = vec_of(0);
  int width = (int)(columns - n0 < $tile_columns ? columns - n0 : $tile_columns);
  if (width == $tile_columns) {
    for (idx k = 0; k < depth; k++) {
      vec across[$vectors];
      UNROLL for (int j = 0; j < $vectors; j++) across[j] = vec_load(b, b_from + k * $b_k + j * LANES);
      UNROLL for (int i = 0; i < $tile_rows; i++) {
        vec down = vec_of(a[row[i] + k * $a_k]);
        UNROLL for (int j = 0; j < $vectors; j++) tile[i][j] = vec_fma(down, across[j], tile[i][j]);
      }
    }
  } else {
    for (idx k = 0; k < depth; k++) {
      vec across[$vectors];
      UNROLL for (int j = 0; j < $vectors; j++)
        across[j] = vec_load_part(b, b_from + k * $b_k + j * LANES, width - j * LANES, 0);
      UNROLL for (int i = 0; i < $tile_rows; i++) {
        vec down = vec_of(a[row[i] + k * $a_k]);
        UNROLL for (int j = 0; j < $vectors; j++) tile[i][j] = vec_fma(down, across[j], tile[i][j]);
      }
    }
  }
  REAL sum[$tile_rows][$tile_columns];
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $vectors; j++) vec_spread(tile[i][j], &sum[i][j * LANES]);
  for (int i = 0; i < $tile_rows; i++) {
    idx m = m0 + i;
    if (m >= rows) break;
    for (int j = 0; j < width; j++) {
      idx n = n0 + j;
      $finish
    }
  }
}
