/*
 * Folds the partial results of chunks, in the order of the chunks.
 *
 * Shapes: count results, for each chunks partial results that lie count apart. Work-group: $group items, each of which takes $lanes
 * neighbouring results: one on a GPU; some on a CPU, in loops that become vectors. Memory: each partial result once. Operations: one
 * for each partial result.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void reduce_combine(idx count, idx chunks$parameters) {
  i64 number = (GROUP(0) * $group + LID) * $lanes;
  if (number >= count) return;
  idx first = (idx)number;
  int filled = count - first < $lanes ? (int)(count - first) : $lanes;
  $states
  for (idx c = 0; c < chunks; c++) {
    i64 part = (i64)c * count + first;
    $each {
      $folds
    }
  }
  $one_by_one {
    idx o = first + l;
    $kept
    $state
    $stores
  }
}
