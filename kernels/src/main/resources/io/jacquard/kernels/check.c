/*
 * Looks for integers outside of 0 to bound - 1 and notes the first: note gets {check, position, number}, unless it holds
 * an earlier note. The host reads it when it waits.
 *
 * Shapes: x, collapsed, of count elements, numbered row-major. Work-group: $group items, a power of two; there is one
 * group. Memory: x once. Operations: two comparisons for each element.
 */
KERNEL GROUP_SIZE($group) void check(idx count, i64 bound, i64 check, GLOBAL i64* note$parameters) {
  LOCAL idx first[$group];
  idx mine = count;
  for (idx e = LID; e < count; e += $group) {
    $coordinates
    i64 number = $element;
    if (mine == count && (number < 0 || number >= bound)) mine = e;
  }
  first[LID] = mine;
  BARRIER();
  for (int width = $group / 2; width > 0; width >>= 1) {
    if (LID < width && first[LID + width] < first[LID]) first[LID] = first[LID + width];
    BARRIER();
  }
  if (LID == 0 && first[0] < count && note[0] == 0) {
    idx e = first[0];
    $coordinates
    note[0] = check;
    note[1] = e;
    note[2] = $element;
  }
}
