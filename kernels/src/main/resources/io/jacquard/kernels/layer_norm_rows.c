/*
 * What layer_norm.c does, for CPUs: an item takes a whole line, whose elements lie side by side, with vectors.
 *
 * Shapes: lines, collapsed, of length elements each; weight and bias of length elements, side by side. Work-group: $group
 * items, a line each. Memory: x once and twice more from the item's own cache; y, mean and rstd once. Operations: about 9 for each
 * element.
 */
KERNEL WIDE_VECTORS GROUP_SIZE($group) void layer_norm(idx lines, idx length, i64 eps_bits$parameters) {
  i64 number = GROUP(0) * $group + LID;
  if (number >= lines) return;
  $line
  i64 from = $from, to = $to;
  idx whole = length - length % LANES;
  int rest = (int)(length - whole);
  i64 next = from + vec_next_line(length);
  REAL mean = vec_line_sum(x, from, length) / (REAL)length;
  vec means = vec_of(mean), squares[4];
  UNROLL for (int v = 0; v < 4; v++) squares[v] = vec_of(0);
  idx r = 0;
  for (; whole - r >= 4 * LANES; r += 4 * LANES) {
    UNROLL for (int v = 0; v < 4; v++) {
      vec away = vec_load(x, from + r + v * LANES) - means;
      squares[v] = vec_fma(away, away, squares[v]);
    }
  }
  for (; r < whole; r += LANES) {
    vec away = vec_load(x, from + r) - means;
    squares[0] = vec_fma(away, away, squares[0]);
  }
  if (rest > 0) {
    vec away = vec_load_end(x, from + length, rest, mean) - means;
    squares[1] = vec_fma(away, away, squares[1]);
  }
  REAL variance = vec_sum((squares[0] + squares[1]) + (squares[2] + squares[3])) / (REAL)length;
  REAL rstd = NAMED(rsqrt)(variance + $eps);
  vec scale = vec_of(rstd);
  for (idx r = 0; r < whole; r += LANES) {
    vec_fetch(x, next + r);
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
