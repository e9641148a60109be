/*
 * Adds rows to a table: table(index(i), ...) += rows(i, ...), in the order of i: each item goes through all rows for its
 * column. For few rows.
 *
 * Shapes: width columns, collapsed; rows [count, width], table [bound, width]. Work-group: $group items, a column each.
 * Memory: rows once, their places in the table twice. Operations: one addition for each element of rows.
 */
KERNEL GROUP_SIZE($group) void scatter_columns(idx width, i64 count, i64 bound, GLOBAL const $index_memory* index,
    i64 index_at, i64 index_step, i64 rows_step, i64 table_step$parameters) {
  i64 column = GROUP(0) * $group + LID;
  if (column >= width) return;
  $coordinates
  for (i64 i = 0; i < count; i++) {
    i64 row = index[index_at + i * index_step];
    if (row < 0 || row >= bound) continue;
    $value added = rows[rows_at + i * rows_step + ($rows)];
    i64 place = table_at + row * table_step + ($table);
    $value present = table[place];
    table[place] = $sum;
  }
}
