/*
 * Rows of a table: out(i, ...) = table(index(i), ...). An index outside of the table, which check.c reports, leaves its row
 * unwritten.
 *
 * Shapes: count elements of the result, over its collapsed dimensions; bound rows in the table. Work-group: $group items, an
 * element each. Memory: the rows taken and the result once, an index for each element (mostly from caches). No arithmetic.
 */
KERNEL GROUP_SIZE($group) void gather(idx count, i64 bound, i64 table_row$parameters) {
  i64 e = GROUP(0) * $group + LID;
  if (e >= count) return;
  $coordinates
  i64 row = $index;
  if (row < 0 || row >= bound) return;
  $out = table[table_at + row * table_row + ($table)];
}
