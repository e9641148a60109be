/*
 * The gradient of pooling, as a gather: each element of the input collects from the windows that see it, tap after tap, so
 * that nothing is added from two sides. $does
 *
 * Shapes: g [lead..., windows...] and dx [lead..., spatial...], by strides, in the order of dx's memory. Work-group: $group
 * items, each of which takes an element of dx, or, on a CPU, some channels that lie side by side, a vector at a time; the last
 * vector may take some of them again. Memory: g, and tap numbers, once for each tap, mostly from caches; dx once. Operations: one
 * or two for each tap.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void pool_backward(idx items, idx inner$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= items) return;
  $place
  $coordinates
  $y_place
  $each
    $number value = $start;
    $windows {
      int tap = $tap;
      $x_place
      $tap_place
      $number v = $x;
      $take
    $end
    $store
  }
}
