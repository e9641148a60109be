/*
 * What layer_norm_backward.c does, for CPUs: an item takes a whole line, whose elements lie side by side, with vectors.
 *
 * Shapes: lines, collapsed, of length elements each; weight of length elements, side by side. Work-group: $group items, a
 * line each. Memory: g and x once and once more from the item's own cache; dx once. Operations: about 14 for each element.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void layer_norm_backward(idx lines, idx length$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= lines) return;
  $line
  i64 g_from = $g_from, from = $from, to = $to;
  idx whole = length - length % LANES;
  i64 next = vec_next_line(length);
  REAL mean = $mean, rstd = $rstd;
  vec means = vec_of(mean), scale = vec_of(rstd), sums = vec_of(0), products = vec_of(0);
  for (idx r = 0; r < whole; r += LANES) {
    vec weighted = $vector_weighted;
    sums = sums + weighted;
    products = vec_fma(weighted, (vec_load(x, from + r) - means) * scale, products);
  }
  REAL sum = vec_sum(sums), product = vec_sum(products);
  for (idx r = whole; r < length; r++) {
    sum += $weighted;
    product = FMA($weighted, (x[from + r] - mean) * rstd, product);
  }
  REAL of_g = sum / (REAL)length, of_product = product / (REAL)length;
  for (idx r = 0; r < whole; r += LANES) {
    vec_fetch(x, from + next + r);
    vec_fetch(g, g_from + next + r);
    vec normal = (vec_load(x, from + r) - means) * scale;
    vec_store(scale * ($vector_weighted - vec_of(of_g) - normal * vec_of(of_product)), dx, to + r);
  }
  for (idx r = whole; r < length; r++) {
    REAL normal = (x[from + r] - mean) * rstd;
    dx[to + r] = rstd * ($weighted - of_g - normal * of_product);
  }
}
