/*
 * Adds rows to a table: table(index(i), ...) += rows(i, ...), in the order of i. The host has sorted the positions i by
 * index, stably: order. So rows for one place of the table follow one another; the item at the first of them adds all.
 *
 * Shapes: rows [count, width], table [bound, width]; elements = count * width, columns collapsed. Work-group: $group items,
 * an element of rows each. Memory: rows once, the table's rows that are named twice. Operations: one addition for each
 * element of rows.
 */
KERNEL GROUP_SIZE($group) void scatter_sorted(idx width, i64 count, i64 bound, GLOBAL const $index_memory* index,
    i64 index_at, i64 index_step, GLOBAL const int* order, i64 rows_step, i64 table_step$parameters) {
  i64 e = GROUP(0) * $group + LID;
  if (e >= count * width) return;
  i64 place = e / width;
  idx column = (idx)(e - place * width);
  $coordinates
  i64 row = index[index_at + order[place] * index_step];
  if (row < 0 || row >= bound) return;
  if (place > 0 && index[index_at + order[place - 1] * index_step] == row) return;
  i64 to = table_at + row * table_step + ($table);
  $value present = table[to];
  for (; place < count && index[index_at + order[place] * index_step] == row; place++) {
    $value added = rows[rows_at + order[place] * rows_step + ($rows)];
    present = $sum;
  }
  table[to] = present;
}
