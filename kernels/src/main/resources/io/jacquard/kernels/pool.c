/*
 * Pooling: what a window sees, folded into one element. $does
 *
 * Shapes: x and y [lead..., spatial...], by strides, in the order of y's memory. Work-group: $group items, each of which
 * takes $lanes neighbouring elements of y: one on a GPU; on a CPU some channels that lie side by side, in loops that become
 * vectors. Memory: x once for each window that sees an element, mostly from caches; y, and tap numbers, once. Operations:
 * one or two for each tap.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void pool(idx items, idx inner$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= items) return;
  $place
  $coordinates
  $y_place
  REAL value[$lanes];
  $tap_state
  $each {
    value[l] = $start;
    $tap_start
  }
  $windows {
    int tap = $tap;
    $x_place
    $each {
      REAL v = x[x_from + l];
      $take
    }
  $end
  $each {
    y[y_from + l] = $result;
    $tap_store
  }
}
