/*
 * What layer_norm.c does, for CPUs: an item takes a whole line, whose elements lie side by side, with vectors.
 *
 * Shapes: lines, collapsed, of length elements each; weight and bias of length elements, side by side. Work-group: $group
 * items, a line each. Memory: x once and twice more from the item's own cache; y, mean and rstd once. Operations: about 9 for each
 * element.
 */
KERNEL GROUP_SIZE($group) void layer_norm(idx lines, idx length, i64 eps_bits$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= lines) return;
  $line
  i64 from = $from, to = $to;
  idx whole = length - length % LANES;
  int rest = (int)(length - whole);
  vec lanes = vec_of(0);
  for (idx r = 0; r < whole; r += LANES) lanes = lanes + vec_load(x, from + r);
  if (rest > 0) lanes = lanes + vec_load_part(x, from + whole, rest, 0);
  REAL mean = vec_sum(lanes) / (REAL)length;
  vec means = vec_of(mean);
  lanes = vec_of(0);
  for (idx r = 0; r < whole; r += LANES) {
    vec away = vec_load(x, from + r) - means;
    lanes = vec_fma(away, away, lanes);
  }
  if (rest > 0) {
    vec away = vec_load_part(x, from + whole, rest, mean) - means;
    lanes = vec_fma(away, away, lanes);
  }
  REAL rstd = NAMED(rsqrt)(vec_sum(lanes) / (REAL)length + $eps);
  vec scale = vec_of(rstd);
  for (idx r = 0; r < whole; r += LANES) {
    vec normal = (vec_load(x, from + r) - means) * scale;
    $vector_result
    vec_store(normal, y, to + r);
  }
  for (idx r = whole; r < length; r++) {
    REAL normal = (x[from + r] - mean) * rstd;
    $result
    y[to + r] = normal;
  }
  $mean = mean;
  $rstd = rstd;
}
