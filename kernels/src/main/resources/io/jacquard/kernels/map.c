/*
 * A program over every element: out[j](i) = program_j(in[0](i), in[1](i), ...).
 *
 * Shapes: all operands have the shape of the outputs, collapsed to as few dimensions as their strides allow; n elements.
 * Work-group: $group items, one element each. Memory: each operand once. Operations: those of the program.
 *
 * An output may be an input, in place: an item reads all of its elements before it writes one.
 */
KERNEL GROUP_SIZE($group) void map(idx n$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= n) return;
  idx i = (idx)number;
  $coordinates
  $results
  $call
  $stores
}
