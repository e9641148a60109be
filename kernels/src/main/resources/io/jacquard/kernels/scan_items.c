/*
 * A running fold along lines, one item for each line: for short lines, or many.
 *
 * Shapes: lines, collapsed, of length elements each. Work-group: $group items, a line each. Memory: in and out once.
 * Operations: one for each element.
 */
KERNEL GROUP_SIZE($group) void scan(idx lines, idx length$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= lines) return;
  $line
  $state
  for (idx r = 0; r < length; r++) {
    $value element = $in;
    $fold
    $out = a0;
  }
}
