/*
 * A convolution and both of its gradients through shared memory, as a product whose first factor is gathered (implicit GEMM;
 * Chetlur et al.: cuDNN, 2014). What row m and depth k say about where an element of x lies is added up:
 *
 *   out(m, j) = sum over k of x(position of m + position of k, rest of m + rest of k) * b(k, j)    (+ bias(j))
 *
 * where a position outside of x counts as 0. For the convolution and the gradient of its input a row is (n, q...) and the
 * depth (t..., c), b is the weight; for the gradient of the weight a row is (t..., c) and the depth (n, q...), b is the
 * gradient that arrives. Positions and places of a block's rows and depth are tables in shared memory.
 *
 * Shapes: x [N, size..., C], b and out by strides. Work-group: $group items in $across columns; it computes $block_rows x
 * $block_columns, an item $tile_rows x $tile_columns of these, so spread that neighbours read neighbouring words. The first
 * dimension counts column blocks, the second row blocks, the third groups of channels times chunks of the depth, whose
 * results lie out_chunk apart for a sum in their order. Memory: x once for each tap and column block, b once for each row
 * block. Operations: 2 * rows * columns * depth.
 */
KERNEL GROUP_SIZE($group) void convolution(idx rows, idx columns, idx depth, idx chunk, idx chunks$parameters) {
  LOCAL $value as[$block_depth][$block_rows + 1];
  LOCAL $value bs[$block_depth][$block_columns + 1];
  LOCAL idx row_at[$rank + 1][$block_rows]; /* positions along the axes, and the place of the rest */
  LOCAL idx depth_at[$rank + 1][$block_depth];
  LOCAL i64 b_place[$block_depth];
  int x_ = LID % $across, y_ = LID / $across;
  idx m0 = (idx)GROUP(1) * $block_rows, n0 = (idx)GROUP(0) * $block_columns;
  i64 group = GROUP(2) / chunks, piece = GROUP(2) - group * chunks;
  idx first = (idx)piece * chunk, last = depth - first < chunk ? depth : first + chunk;
  i64 x_from = x_at + group * x_group, b_from = b_at + group * b_group;
  for (int i = LID; i < $block_rows; i += $group) {
    idx row = m0 + i < rows ? m0 + i : rows - 1;
    $rows
    $row_tables
  }
  $value sum[$tile_rows][$tile_columns];
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $tile_columns; j++) sum[i][j] = 0;
  for (idx k0 = first; k0 < last; k0 += $block_depth) {
    for (int k = LID; k < $block_depth; k += $group) {
      idx number = k0 + k < last ? k0 + k : last - 1;
      $depth
      $depth_tables
      b_place[k] = $b_place;
    }
    BARRIER();
    for (int e = LID; e < $block_rows * $block_depth; e += $group) {
      int i = $a_row, k = $a_depth;
      i64 place = x_from + row_at[$rank][i] + depth_at[$rank][k];
      int inside = k0 + k < last;
      $place
      as[k][i] = inside ? $widened(x[place]) : 0;
    }
    for (int e = LID; e < $block_columns * $block_depth; e += $group) {
      int j = $b_column, k = $b_depth;
      bs[k][j] = k0 + k < last && n0 + j < columns ? $widened(b[b_from + b_place[k] + (n0 + j) * b_n]) : 0;
    }
    BARRIER();
    for (int k = 0; k < $block_depth; k++) {
      $value across[$tile_columns];
      UNROLL for (int j = 0; j < $tile_columns; j++) across[j] = bs[k][x_ + j * $across];
      UNROLL for (int i = 0; i < $tile_rows; i++) {
        $value down = as[k][y_ + i * $down];
        UNROLL for (int j = 0; j < $tile_columns; j++) sum[i][j] = FMA(down, across[j], sum[i][j]);
      }
    }
    BARRIER();
  }
  UNROLL for (int i = 0; i < $tile_rows; i++) {
    idx row = m0 + y_ + i * $down;
    if (row < rows) {
      $rows
      i64 to = out_at + group * out_group + piece * out_chunk + ($out_place);
      UNROLL for (int j = 0; j < $tile_columns; j++) {
        idx n = n0 + x_ + j * $across;
        if (n < columns) {
          $value total = sum[i][j];
          $bias
          out[to + n * out_n] = $rounded;
        }
      }
    }
  }
}
