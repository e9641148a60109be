/*
 * A running fold along lines, one work-group for each line: an item folds its segment, then all that the items before it
 * have, then goes through its segment again (Blelloch: Prefix Sums and Their Applications, 1990, with one level).
 *
 * Shapes: lines, collapsed, of length elements each; segment = ceil(length / $group). Work-group: $group items; one group
 * for each line. Memory: in twice, out once. Operations: two for each element.
 */
KERNEL GROUP_SIZE($group) void scan(idx lines, idx length$parameters) {
  $shared
  i64 number = GROUP(0);
  $line
  idx segment = length / $group + (length % $group != 0);
  idx from = LID * segment < length ? LID * segment : length;
  idx to = length - from < segment ? length : from + segment;
  {
    $state
    for (idx r = from; r < to; r++) {
      $value element = $in;
      $fold
    }
    $share
  }
  BARRIER();
  $state
  for (int t = 0; t < LID; t++) {
    $before
  }
  for (idx r = from; r < to; r++) {
    $value element = $in;
    $fold
    $out = a0;
  }
}
