/*
 * Steps of a recurrent layer, forward or backward (io.jacquard.ops.RecurrentCell; Hochreiter, Schmidhuber 1997, Cho et al.
 * 2014): in one kernel the product of the state with W_hh and what the cell makes of it (Appleyard, Kocisky, Blunsom:
 * Optimizing Performance of Recurrent Neural Networks on GPUs, 2016). What inputs give to the gates was computed before, by
 * one product for all steps. Where one work-group holds all units of its samples it goes on from step to step by
 * itself (Diamos et al.: Persistent RNNs, ICML 2016); otherwise each step is a launch, whose groups share out the units.
 *
 * Shapes: W_hh as [depth, gates, hidden], units side by side; gates [steps, samples, parts * hidden]; states [steps,
 * samples, hidden]; gradients backward alike. Work-group: $group items, a unit each, for $rows samples; the first dimension
 * counts groups of samples, the second of units. Memory: W_hh once for each group of samples in each step, mostly from
 * the second cache; gates and states once. Operations: 2 * steps * samples * gates * hidden * hidden.
 */
KERNEL GROUP_SIZE($group) void recurrence(idx steps, idx samples, idx hidden, idx from, idx to, int reverse$parameters) {
  LOCAL REAL rows[$depth][$rows];
  idx unit = (idx)GROUP(1) * $group + LID, n0 = (idx)GROUP(0) * $rows;
  for (idx pass = from; pass < to; pass++) {
    $pass
    REAL sum[$rows][$sums];
    UNROLL for (int i = 0; i < $rows; i++)
      UNROLL for (int g = 0; g < $sums; g++) sum[i][g] = 0;
    for (int part = 0; part < $source_parts; part++) {
      $source
      for (idx k0 = 0; k0 < depth; k0 += $depth) {
        int deep = (int)(depth - k0 < $depth ? depth - k0 : $depth);
        BARRIER_ALL(); /* the pass before wrote what is read now */
        for (int e = LID; e < $rows * $depth; e += $group) {
          int i = e / $depth, k = e % $depth;
          rows[k][i] = n0 + i < samples && k < deep ? source[source_at + (n0 + i) * source_n + (k0 + k) * source_k] : 0;
        }
        BARRIER();
        if (unit < hidden)
          for (int k = 0; k < deep; k++) {
            i64 at = weight_at + (i64)(behind + k0 + k) * weight_depth + unit;
            UNROLL for (int g = 0; g < $sums; g++) {
              REAL w = weight[at + g * weight_gate];
              UNROLL for (int i = 0; i < $rows; i++) sum[i][g] = FMA(rows[k][i], w, sum[i][g]);
            }
          }
      }
    }
    UNROLL for (int i = 0; i < $rows; i++) {
      idx n = n0 + i;
      if (unit < hidden && n < samples) {
        int taken = $taken;
#if $backward
        if (step < 0) {
          i64 first = (i64)n * hidden + unit;
          dh0[dh0_at + first] = $sum $carried;
          continue;
        }
#endif
        $cell
      }
    }
  }
}
