/*
 * What softmax.c does, for CPUs: an item takes a whole line, whose elements lie side by side, with vectors.
 *
 * Shapes: lines, collapsed, of length elements each. Work-group: $group items, a line each. Memory: x twice and the result
 * twice, from the item's own cache after the first time; cross-entropy and log-softmax: x two and three times. Operations:
 * one exponential for each element. A result is a product with 1 / sum.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void softmax(idx lines, idx length$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= lines) return;
  $line
  i64 from = $from;
  idx whole = length - length % LANES;
  int rest = (int)(length - whole);
  i64 next = from + vec_next_line(length);
  REAL most = vec_line_highest(x, from, length, $lowest);
  vec high = vec_of(most), lanes = vec_of(0);
  $sums
  REAL sum = vec_sum(lanes);
  $finish
}
