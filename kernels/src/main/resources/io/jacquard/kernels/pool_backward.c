/*
 * The gradient of pooling, as a gather: each element of the input collects from the windows that see it, tap after tap, so
 * that nothing is added from two sides. $does
 *
 * Shapes: g [lead..., windows...] and dx [lead..., spatial...], by strides, in the order of dx's memory. Work-group: $group
 * items, each of which takes $lanes neighbouring elements of dx: one on a GPU; on a CPU some channels that lie side by side,
 * in loops that become vectors. Memory: g, and tap numbers, once for each tap, mostly from caches; dx once. Operations: one
 * or two for each tap.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void pool_backward(idx items, idx inner$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= items) return;
  $place
  $coordinates
  $y_place
  REAL value[$lanes];
  $each value[l] = 0;
  $windows {
    int tap = $tap;
    $x_place
    $tap_place
    $each {
      REAL v = x[x_from + l];
      $take
    }
  $end
  $each y[y_from + l] = value[l];
}
