/*
 * Layer norm along lines of x: (x - mean) * rstd * weight + bias with rstd = 1 / sqrt(variance + eps), and mean and rstd for
 * the gradient (Ba, Kiros, Hinton 2016). The variance is that of the differences from the mean, in a second pass.
 *
 * Shapes: lines, collapsed, of length elements each; weight and bias of length elements. Work-group: $group items; where
 * $item_alone is 1 an item has a line for itself, otherwise a group shares one. Memory: x three times, mostly from caches;
 * y, mean and rstd once. Operations: about 9 for each element.
 */
KERNEL GROUP_SIZE($group) void layer_norm(idx lines, idx length, i64 eps_bits$parameters) {
  $shared
  i64 number = $item_alone ? GROUP(0) * $group + LID : GROUP(0);
  if ($item_alone && number >= lines) return;
  $line
  int first = $item_alone ? 0 : LID, step = $item_alone ? 1 : $group;
  REAL sum = 0;
  for (idx r = first; r < length; r += step) sum += $in;
  sum = $all_sum;
  REAL mean = sum / (REAL)length;
  sum = 0;
  for (idx r = first; r < length; r += step) {
    REAL from = $in - mean;
    sum = FMA(from, from, sum);
  }
  sum = $all_sum;
  REAL rstd = NAMED(rsqrt)(sum / (REAL)length + $eps);
  for (idx r = first; r < length; r += step) $out = $result;
  if (first == 0) {
    $mean = mean;
    $rstd = rstd;
  }
}
