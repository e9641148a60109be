/*
 * A program folded over some dimensions, one item for each result: for short folds, and for folds across memory, where
 * neighbouring items read neighbouring elements.
 *
 * Shapes: count results, each of length elements; both collapsed. Work-group: $group items; the second dimension counts
 * chunks of the fold, whose partial results reduce_combine folds in their order. Memory: each input once. Operations:
 * those of the program and one to fold, for each element.
 */
KERNEL GROUP_SIZE($group) void reduce(idx count, idx length, idx chunk$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= count) return;
  idx o = (idx)number;
  idx from = (idx)GROUP(1) * chunk;
  idx to = length - from < chunk ? length : from + chunk;
  $kept
  $states
  for (idx r = from; r < to; r++) {
    $reduced
    $call
    $folds
  }
  $stores
}
