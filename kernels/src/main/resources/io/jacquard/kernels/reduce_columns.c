/*
 * A program folded across memory, for CPUs: an item folds $lanes neighbouring results at once. The loops over lanes become
 * vectors.
 *
 * Shapes: count results, each of length elements; the last of the kept dimensions has inner elements, which follow one another
 * in each input or are one and the same. Work-group: $group items, each of which takes $lanes results of that dimension;
 * the second dimension counts chunks of the fold, whose partial results reduce_combine folds in their order. Memory: each
 * input once. Operations: those of the program and one to fold, for each element.
 */
KERNEL GROUP_SIZE($group) void reduce(idx count, idx length, idx chunk, idx inner$parameters) {
  idx across = inner / $lanes + (inner % $lanes != 0);
  i64 number = GROUP(0) * $group + LID;
  i64 line = number / across;
  idx first = (idx)(number - line * across) * $lanes;
  if (line * inner >= count) return;
  idx o = (idx)(line * inner) + first;
  idx from = (idx)GROUP(1) * chunk;
  idx to = length - from < chunk ? length : from + chunk;
  int filled = inner - first < $lanes ? (int)(inner - first) : $lanes;
  $kept
  $lane_states
  if (filled == $lanes) {
    for (idx r = from; r < to; r++) {
      $reduced
      UNROLL for (int l = 0; l < $lanes; l++) {
        $call
        $lane_folds
      }
    }
  } else {
    for (idx r = from; r < to; r++) {
      $reduced
      UNROLL for (int l = 0; l < $lanes; l++) {
        if (l < filled) {
          $call
          $lane_folds
        }
      }
    }
  }
  UNROLL for (int l = 0; l < $lanes; l++) {
    if (l < filled) {
      $lane_state
      $stores
    }
  }
}
