/*
 * Folds over a work-group of `group` items, a power of two: each item gives a number, all get the result. `shared` holds
 * one number for each item. To be called by all items of the group. Included after floats.h, with the same REAL and NAMED.
 */
DEVFN REAL NAMED(group_sum)(REAL a, LOCALPTR REAL* shared, int group) {
  shared[LID] = a;
  BARRIER();
  for (int width = group / 2; width > 0; width >>= 1) {
    if (LID < width) shared[LID] += shared[LID + width];
    BARRIER();
  }
  REAL all = shared[0];
  BARRIER();
  return all;
}

DEVFN REAL NAMED(group_max)(REAL a, LOCALPTR REAL* shared, int group) {
  shared[LID] = a;
  BARRIER();
  for (int width = group / 2; width > 0; width >>= 1) {
    if (LID < width) shared[LID] = NAMED(max)(shared[LID], shared[LID + width]);
    BARRIER();
  }
  REAL all = shared[0];
  BARRIER();
  return all;
}
