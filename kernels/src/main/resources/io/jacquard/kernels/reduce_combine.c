/*
 * Folds the partial results of chunks, in the order of the chunks.
 *
 * Shapes: count results, for each chunks partial results that lie count apart. Work-group: $group items, one result each.
 * Memory: each partial result once. Operations: one for each partial result.
 */
KERNEL GROUP_SIZE($group) void reduce_combine(idx count, idx chunks$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= count) return;
  idx o = (idx)number;
  $kept
  $states
  for (idx c = 0; c < chunks; c++) {
    i64 part = (i64)c * count + o;
    $folds
  }
  $stores
}
