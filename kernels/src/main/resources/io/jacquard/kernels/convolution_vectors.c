/*
 * A convolution, or the gradient of its input, as a product whose rows are gathered (implicit GEMM; Chetlur et al.: cuDNN,
 * 2014), in the registers of a CPU. Row (n, q...) is a place of the result, column a channel of it; the depth goes over taps
 * t... and over channels c of x:
 *
 *   out(n, q, j) = sum over t, c of x(n, q * m_step + start + t * k_step, c) * w(t, c, j)    (+ bias(j))
 *
 * where a place outside of x counts as 0. The gradient of the input is this once for each phase of the stride, with k_step
 * below 0 (see io.jacquard.opencl.ConvolutionAxis).
 *
 * Shapes: x [N, size..., C], by strides; w [t..., C, columns], packed, the columns filled up to whole vectors; out by strides,
 * with columns side by side. Work-group: $group items; an item computes $tile_rows rows by $vectors vectors; the first
 * dimension counts columns, the second rows, the third groups of channels. Memory: x once for each tap, w once for each row
 * tile, both mostly from caches; out once. Operations: 2 * rows * columns * taps * C.
 */
KERNEL GROUP_SIZE($group) void convolution(idx rows, idx columns, idx taps, idx channels$parameters) {
  i64 number = (GROUP(0) * $group + LID) * ($vectors * LANES);
  if (number >= columns) return;
  idx n0 = (idx)number, m0 = (idx)(GROUP(1) * $tile_rows);
  i64 x_from = x_at + GROUP(2) * x_group, b_from = b_at + GROUP(2) * b_group + n0;
  idx base[$tile_rows], from[$tile_rows][$rank];
  UNROLL for (int i = 0; i < $tile_rows; i++) {
    idx row = m0 + i < rows ? m0 + i : rows - 1;
    $rows
    base[i] = p0 * m_rest;
    $from
  }
  vec sum[$tile_rows][$vectors];
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $vectors; j++) sum[i][j] = vec_of(0);
  for (idx tap = 0; tap < taps; tap++) {
    $taps
    idx at[$tile_rows];
    int inside[$tile_rows], all = 1, any = 0;
    UNROLL for (int i = 0; i < $tile_rows; i++) {
      inside[i] = 1;
      at[i] = base[i];
      $place
      all &= inside[i];
      any |= inside[i];
    }
    if (!any) continue;
    i64 pb = b_from + $b_place;
    if (all) {
      for (idx c = 0; c < channels; c++, pb += b_rest) {
        vec across[$vectors];
        UNROLL for (int j = 0; j < $vectors; j++) across[j] = vec_load(b, pb + j * LANES);
        UNROLL for (int i = 0; i < $tile_rows; i++) {
          vec down = vec_of(x[x_from + at[i] + c * k_rest]);
          UNROLL for (int j = 0; j < $vectors; j++) sum[i][j] = vec_fma(down, across[j], sum[i][j]);
        }
      }
    } else {
      UNROLL for (int i = 0; i < $tile_rows; i++) at[i] = inside[i] ? at[i] : 0; /* somewhere that may be read */
      for (idx c = 0; c < channels; c++, pb += b_rest) {
        vec across[$vectors];
        UNROLL for (int j = 0; j < $vectors; j++) across[j] = vec_load(b, pb + j * LANES);
        UNROLL for (int i = 0; i < $tile_rows; i++) {
          REAL seen = x[x_from + at[i] + c * k_rest];
          vec down = vec_of(inside[i] ? seen : 0);
          UNROLL for (int j = 0; j < $vectors; j++) sum[i][j] = vec_fma(down, across[j], sum[i][j]);
        }
      }
    }
  }
  UNROLL for (int i = 0; i < $tile_rows; i++) {
    if (m0 + i >= rows) break;
    idx row = m0 + i;
    $rows
    i64 to = out_at + GROUP(2) * out_group + ($out_place) + n0;
    UNROLL for (int j = 0; j < $vectors; j++) {
      idx n = n0 + j * LANES;
      int count = (int)(columns - n < LANES ? columns - n : LANES);
      if (count <= 0) break;
      vec total = sum[i][j];
      $bias
      if (count == LANES) vec_store(total, out, to + j * LANES);
      else vec_store_part(total, out, to + j * LANES, count);
    }
  }
}
