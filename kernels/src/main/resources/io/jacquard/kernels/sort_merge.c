/*
 * One step of a stable merge sort of positions: merges neighbouring sorted runs. Each item finds by bisection how many
 * elements of the other run come before its own, and so its place (Satish, Harris, Garland: Designing Efficient Sorting
 * Algorithms for Manycore GPUs, IPDPS 2009).
 *
 * Shapes: lines, collapsed, of length elements; from, to [lines, length] hold positions within the line, sorted in runs.
 * Work-group: $group items, an element each. Memory: from and to once; in and from log2(run) times, mostly from caches.
 * Operations: log2(run) comparisons for each element.
 */
KERNEL GROUP_SIZE($group) void sort_merge(i64 lines, i64 length, i64 run, GLOBAL const int* from, i64 from_at,
    GLOBAL int* to, i64 to_at$parameters) {
  i64 task = GROUP(0) * $group + LID;
  if (task >= lines * length) return;
  i64 number = task / length;
  i64 p = task - number * length;
  $line
  GLOBAL const int* mine = from + from_at + number * length;
  i64 start = p / (2 * run) * (2 * run);
  i64 middle = length - start < run ? length : start + run;
  i64 end = length - middle < run ? length : middle + run;
  int left = p < middle;
  int position = mine[p];
  $value v = $key_position;
  i64 low = left ? middle : start, high = left ? end : middle;
  while (low < high) {
    i64 probe = (low + high) / 2;
    $value w = $key_probe;
    int before = left ? $w_before_v : !($v_before_w);
    if (before) low = probe + 1;
    else high = probe;
  }
  i64 place = left ? p + low - middle : p - middle + low;
  to[to_at + number * length + place] = position;
}
