/*
 * A program folded along memory, for CPUs: an item folds a whole line, element r into lane r % $lanes, and then the lanes
 * pairwise, as a tree. $lanes lanes are $steps vectors of vectors.h where the program can be written with these, and otherwise loops
 * that may become vectors.
 *
 * Shapes: count results, each of length elements, which follow one another in each input or are one and the same.
 * Work-group: $group items; the second dimension counts chunks of the fold, whose partial results reduce_combine folds in
 * their order. Memory: each input once. Operations: those of the program and one to fold, for each element.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void reduce(idx count, idx length, idx chunk$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= count) return;
  idx o = (idx)number;
  idx from = (idx)GROUP(1) * chunk;
  idx to = length - from < chunk ? length : from + chunk;
  $kept
  $lane_states
  idx start = from;
  for (; to - start >= $lanes; start += $lanes) {
    UNROLL for (int l = 0; l < $steps; l++) {
      idx r = start + l * $width;
      $lane_call
      $lane_folds
    }
  }
  $rest
  UNROLL for (int width = $steps / 2; width > 0; width >>= 1) {
    UNROLL for (int l = 0; l < width; l++) {
      $lane_combines
    }
  }
  {
    const int l = 0;
    $lane_state
    $last
    $stores
  }
}
