/*
 * The last step of a sort of positions: writes them as int64 to where they belong.
 *
 * Shapes: lines, collapsed, of length elements; order [lines, length]. Work-group: $group items, an element each. Memory:
 * order and out once. No arithmetic.
 */
KERNEL GROUP_SIZE($group) void sort_store(i64 lines, i64 length, GLOBAL const int* order, i64 order_at$parameters) {
  i64 task = GROUP(0) * $group + LID;
  if (task >= lines * length) return;
  i64 number = task / length;
  i64 r = task - number * length;
  $line
  $out = order[order_at + task];
}
