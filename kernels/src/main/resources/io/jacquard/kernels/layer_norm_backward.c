/*
 * The gradient of layer norm with respect to its input, along lines: dx = rstd * (gw - mean(gw) - xh * mean(gw * xh)) with
 * gw = g * weight and xh = (x - mean) * rstd (Ba, Kiros, Hinton 2016; io.jacquard.ops.LayerNormBackward).
 *
 * Shapes: lines, collapsed, of length elements each; weight of length elements. Work-group: $group items; where $item_alone
 * is 1 an item has a line for itself, otherwise a group shares one. Memory: g and x twice, mostly from caches; dx once.
 * Operations: about 14 for each element.
 */
KERNEL GROUP_SIZE($group) void layer_norm_backward(idx lines, idx length$parameters) {
  $shared
  i64 number = $item_alone ? GROUP(0) * $group + LID : GROUP(0);
  if ($item_alone && number >= lines) return;
  $line
  int first = $item_alone ? 0 : LID, step = $item_alone ? 1 : $group;
  REAL mean = $mean, rstd = $rstd, sum = 0;
  for (idx r = first; r < length; r += step) sum += $weighted;
  sum = $all_sum;
  REAL of_g = sum / (REAL)length;
  sum = 0;
  for (idx r = first; r < length; r += step) sum = FMA($weighted, ($in - mean) * rstd, sum);
  sum = $all_sum;
  REAL of_product = sum / (REAL)length;
  for (idx r = first; r < length; r += step) {
    REAL normal = ($in - mean) * rstd;
    $out = rstd * ($weighted - of_g - normal * of_product);
  }
}
