/*
 * Along lines of x: softmax exp(x - max) / sum(exp(x - max)), log-softmax, or the two parts of cross-entropy, that is the
 * logarithm of the sum of exponentials and its difference from one element.
 *
 * Shapes: lines, collapsed, of length elements each. Work-group: $group items; where $item_alone is 1 an item has a line for
 * itself, otherwise a group shares one. Memory: x three times (twice for cross-entropy), mostly from caches; the result once.
 * Operations: 2 exponentials (cross-entropy: 1) for each element.
 */
KERNEL GROUP_SIZE($group) void softmax(idx lines, idx length$parameters) {
  $shared
  i64 number = $item_alone ? GROUP(0) * $group + LID : GROUP(0);
  if ($item_alone && number >= lines) return;
  $line
  int first = $item_alone ? 0 : LID, step = $item_alone ? 1 : $group;
  REAL most = $lowest;
  for (idx r = first; r < length; r += step) most = NAMED(max)(most, $in);
  most = $all_max;
  REAL sum = 0;
  for (idx r = first; r < length; r += step) sum += NAMED(exp)($in - most);
  sum = $all_sum;
  $finish
}
