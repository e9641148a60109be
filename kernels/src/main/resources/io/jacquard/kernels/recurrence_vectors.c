/*
 * What recurrence_tiled.c does, for CPUs: an item takes $rows samples through all steps, with tiles of vectors of units in
 * registers. No item waits for another.
 *
 * Shapes: as there; W_hh filled up to whole vectors of units. Work-group: $group items. Memory: W_hh once for each item in
 * each step, from the second cache; gates and states once. Operations: as there.
 */
KERNEL GROUP_SIZE($group) void recurrence(idx steps, idx samples, idx hidden, idx from, idx to, int reverse$parameters) {
  idx n0 = ((idx)GROUP(0) * $group + LID) * $rows;
  if (n0 >= samples) return;
  for (idx pass = from; pass < to; pass++) {
    $pass
    for (idx u0 = 0; u0 < hidden; u0 += LANES) {
      vec tile[$rows][$sums];
      UNROLL for (int i = 0; i < $rows; i++)
        UNROLL for (int g = 0; g < $sums; g++) tile[i][g] = vec_of(0);
      for (int part = 0; part < $source_parts; part++) {
        $source
        i64 row[$rows];
        UNROLL for (int i = 0; i < $rows; i++) row[i] = source_at + (n0 + i < samples ? n0 + i : samples - 1) * source_n;
        for (idx k = 0; k < depth; k++) {
          i64 at = weight_at + (i64)(behind + k) * weight_depth + u0;
          vec across[$sums];
          UNROLL for (int g = 0; g < $sums; g++) across[g] = vec_load(weight, at + g * weight_gate);
          UNROLL for (int i = 0; i < $rows; i++) {
            vec down = vec_of(source[row[i] + k * source_k]);
            UNROLL for (int g = 0; g < $sums; g++) tile[i][g] = vec_fma(down, across[g], tile[i][g]);
          }
        }
      }
      REAL sum[$rows][$sums][LANES];
      UNROLL for (int i = 0; i < $rows; i++)
        UNROLL for (int g = 0; g < $sums; g++) vec_spread(tile[i][g], sum[i][g]);
      int width = (int)(hidden - u0 < LANES ? hidden - u0 : LANES);
      for (int i = 0; i < $rows; i++) {
        idx n = n0 + i;
        if (n >= samples) break;
        int taken = $taken;
#if $backward
        if (step < 0) {
          for (int l = 0; l < width; l++) {
            i64 first = (i64)n * hidden + u0 + l;
            dh0[dh0_at + first] = $sum $carried;
          }
          continue;
        }
#endif
        INDEPENDENT
        for (int l = 0; l < width; l++) {
          idx unit = u0 + l;
          $cell
        }
      }
    }
  }
}
