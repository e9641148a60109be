/*
 * A program folded across memory, for CPUs: an item folds $lanes neighbouring results at once, so that it reads long pieces of memory; what
 * it has of them stays in its first cache.
 *
 * Shapes: count results, each of length elements; the last of the kept dimensions has inner elements, which follow one another
 * in each input or are one and the same. Work-group: $group items, each of which takes $lanes results of that dimension;
 * the second dimension counts chunks of the fold, whose partial results reduce_combine folds in their order. Memory: each
 * input once. Operations: those of the program and one to fold, for each element.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void reduce(idx count, idx length, idx chunk, idx inner$parameters) {
  idx across = inner / $lanes + (inner % $lanes != 0);
  i64 number = GROUP(0) * $group + LID;
  i64 line = number / across;
  idx first = (idx)(number - line * across) * $lanes;
  if (line * inner >= count) return;
  idx o = (idx)(line * inner) + first;
  idx from = (idx)GROUP(1) * chunk;
  idx to = length - from < chunk ? length : from + chunk;
  int filled = inner - first < $lanes ? (int)(inner - first) : $lanes;
  int whole = filled - filled % $width;
  $kept
  $lane_states
  for (idx r = from; r < to; r++) {
    $reduced
    $vectors
    $independent for (int l = $rest; l < filled; l++) {
      $call
      $scalar_folds
    }
  }
  for (int l = 0; l < filled; l++) {
    $lane_state
    $stores
  }
}
