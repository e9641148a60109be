/*
 * Pooling: what a window sees, folded into one element. $does
 *
 * Shapes: x and y [lead..., spatial...], by strides, in the order of y's memory. Work-group: $group items, each of which
 * takes an element of y, or, on a CPU, some channels that lie side by side, a vector at a time; the last vector may take some of
 * them again. Memory: x once for each window that sees an element, mostly from caches; y, and tap numbers, once. Operations:
 * one or two for each tap.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void pool(idx items, idx inner$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= items) return;
  $place
  $coordinates
  $y_place
  $t_place
  $each
    $number value = $start;
    $tap_state
    $windows {
      int tap = $tap;
      $x_place
      $number v = $x;
      $take
    $end
    $store
  }
}
