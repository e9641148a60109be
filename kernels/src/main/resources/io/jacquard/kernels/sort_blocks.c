/*
 * The first step of a stable merge sort of positions: sorts blocks of $block by insertion.
 *
 * Shapes: lines, collapsed, of length elements; order [lines, length] gets positions within the line; blocks for each
 * line. Work-group: $group items, a block each. Memory: in some times, from caches; order about twice. Operations: about
 * $block / 4 comparisons for each element.
 */
KERNEL GROUP_SIZE($group) void sort_blocks(i64 lines, i64 length, i64 blocks, GLOBAL int* order, i64 order_at$parameters) {
  i64 task = GROUP(0) * $group + LID;
  if (task >= lines * blocks) return;
  i64 number = task / blocks;
  i64 from = (task - number * blocks) * $block;
  i64 to = length - from < $block ? length : from + $block;
  $line
  GLOBAL int* mine = order + order_at + number * length;
  for (i64 p = from; p < to; p++) {
    $value v = $key_p;
    i64 q = p;
    for (; q > from; q--) {
      $value w = $key_before;
      if (!($v_before_w)) break;
      mine[q] = mine[q - 1];
    }
    mine[q] = (int)p;
  }
}
