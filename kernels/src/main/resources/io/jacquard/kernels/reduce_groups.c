/*
 * A program folded over some dimensions, one work-group for each result: for long folds along memory. Item t folds elements
 * t, t + $group, ...; what the items have is folded pairwise, as a tree (Harris: Optimizing Parallel Reduction in CUDA,
 * 2007), always in the same order.
 *
 * Shapes: count results, each of length elements; both collapsed. Work-group: $group items, a power of two; the first
 * dimension counts results, the second chunks of the fold, whose partial results reduce_combine folds in their order.
 * Memory: each input once. Operations: those of the program and one to fold, for each element.
 */
KERNEL GROUP_SIZE($group) void reduce(idx count, idx length, idx chunk$parameters) {
  $shared
  idx o = (idx)GROUP(0);
  idx from = (idx)GROUP(1) * chunk;
  idx to = length - from < chunk ? length : from + chunk;
  $kept
  $states
  for (idx r = from + LID; r < to; r += $group) {
    $reduced
    $call
    $folds
  }
  $share
  BARRIER();
  for (int width = $group / 2; width > 0; width >>= 1) {
    if (LID < width) {
      $combine
    }
    BARRIER();
  }
  if (LID == 0) {
    $stores
  }
}
