/*
 * What map.c does, for CPUs, where elements do not all follow one another, but those along the last dimension do, or are one
 * and the same: an item takes a run of these, and finds its place but once. The loop over them becomes vectors.
 *
 * Shapes: all operands have the shape of the outputs, collapsed; n elements, of which inner along the last dimension.
 * Work-group: $group items, a run of at most $run elements each. Memory: each operand once. Operations: those of the program.
 *
 * An output may be an input, in place: of an element all is read before any is written.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void map(idx n, idx inner$parameters) {
  idx across = inner / $run + (inner % $run != 0);
  i64 number = GROUP(0) * $group + LID;
  i64 line = number / across;
  idx first = (idx)(number - line * across) * $run;
  if (line * inner >= n) return;
  idx i = (idx)(line * inner);
  $coordinates
  idx end = inner - first < $run ? inner : first + $run;
  INDEPENDENT for (idx at = first; at < end; at++) {
    $results
    $call
    $stores
  }
}
