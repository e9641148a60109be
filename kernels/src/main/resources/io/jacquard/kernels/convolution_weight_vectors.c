/*
 * The gradient of a convolution's weight in the registers of a CPU: for each tap t a product over all places (n, q...) of the
 * result,
 *
 *   out(t, c, j) = sum over n, q of x(n, q * k_step + start + t * m_step, c) * g(n, q, j)
 *
 * where a place outside of x counts as 0. It goes line by line through q, so that what is outside is left out beforehand.
 *
 * Shapes: x [N, size..., C], by strides; g [N, q..., columns], by strides, with columns side by side; out
 * [t..., C, columns], likewise. Work-group: $group items; an item computes $tile_rows channels by $vectors vectors; the
 * first dimension counts columns, the second taps times tiles of channels, the third groups of channels times chunks of
 * images, whose results lie out_chunk apart for a sum in their order. Memory: x once for each tap, g once for each tap and
 * channel tile, both mostly from caches; out once for each chunk. Operations: 2 * N * q * columns * taps * C.
 */
KERNEL GROUP_SIZE($group) void convolution_weight(idx channels, idx columns, idx images, idx chunk, idx chunks, idx lines,
    idx length$parameters) {
  i64 number = (GROUP(0) * $group + LID) * ($vectors * LANES);
  if (number >= columns) return;
  idx n0 = (idx)number;
  idx tiles = channels / $tile_rows + (channels % $tile_rows != 0);
  idx tap = (idx)GROUP(1) / tiles, c0 = ((idx)GROUP(1) - tap * tiles) * $tile_rows;
  i64 group = GROUP(2) / chunks, piece = GROUP(2) - group * chunks;
  idx first = (idx)piece * chunk, last = images - first < chunk ? images : first + chunk;
  int width = (int)(columns - n0 < $vectors * LANES ? columns - n0 : $vectors * LANES);
  i64 x_from = x_at + group * x_group, b_from = b_at + group * b_group + n0;
  $taps
  $start
  idx across_c[$tile_rows];
  UNROLL for (int i = 0; i < $tile_rows; i++) across_c[i] = (c0 + i < channels ? c0 + i : channels - 1) * m_rest;
  /* The windows along the last axis that see an element of x at this tap. */
  idx least = start_last < 0 ? (-start_last + step_last - 1) / step_last : 0;
  idx most = start_last < size_last ? (size_last - 1 - start_last) / step_last + 1 : 0;
  if (most > length) most = length;
  vec sum[$tile_rows][$vectors];
  UNROLL for (int i = 0; i < $tile_rows; i++)
    UNROLL for (int j = 0; j < $vectors; j++) sum[i][j] = vec_of(0);
  for (idx n = first; n < last; n++)
    for (idx line = 0; line < lines; line++) {
      i64 px = x_from + n * k_rest + least * step_last * stride_last + start_last * stride_last;
      i64 pb = b_from + n * b_rest + least * b_last;
      int inside = 1;
      $line
      if (!inside) continue;
      if (width == $vectors * LANES) {
        for (idx q = least; q < most; q++, px += step_last * stride_last, pb += b_last) {
          vec across[$vectors];
          UNROLL for (int j = 0; j < $vectors; j++) across[j] = vec_load(b, pb + j * LANES);
          UNROLL for (int i = 0; i < $tile_rows; i++) {
            vec down = vec_of(x[px + across_c[i]]);
            UNROLL for (int j = 0; j < $vectors; j++) sum[i][j] = vec_fma(down, across[j], sum[i][j]);
          }
        }
      } else {
        for (idx q = least; q < most; q++, px += step_last * stride_last, pb += b_last) {
          vec across[$vectors];
          UNROLL for (int j = 0; j < $vectors; j++) across[j] = vec_load_part(b, pb + j * LANES, width - j * LANES, 0);
          UNROLL for (int i = 0; i < $tile_rows; i++) {
            vec down = vec_of(x[px + across_c[i]]);
            UNROLL for (int j = 0; j < $vectors; j++) sum[i][j] = vec_fma(down, across[j], sum[i][j]);
          }
        }
      }
    }
  UNROLL for (int i = 0; i < $tile_rows; i++) {
    if (c0 + i >= channels) break;
    i64 to = out_at + group * out_group + piece * out_chunk + ($out_place) + (c0 + i) * out_rest + n0;
    UNROLL for (int j = 0; j < $vectors; j++) {
      int count = width - j * LANES;
      if (count >= LANES) vec_store(sum[i][j], out, to + j * LANES);
      else if (count > 0) vec_store_part(sum[i][j], out, to + j * LANES, count);
    }
  }
}
