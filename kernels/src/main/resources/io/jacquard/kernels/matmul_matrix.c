/*
 * Matrix product of float16 by matrix instructions (matrix.h): C = epilogue(alpha * A.B + beta * C, extra...), added up in
 * float32. A sub-group copies a strip of A and one of B, B's with its columns as rows, and multiplies 16 x 16 blocks of them.
 *
 * Shapes: A [batch, rows, depth], B [batch, depth, columns], C [batch, rows, columns], each by strides. Work-group: $group
 * items, one sub-group; it computes $down x $across blocks of C. The first dimension counts strips of columns, the second of
 * rows, the third the batch. Memory: A once for each strip of columns, B once for each strip of rows. Operations: 2 * batch *
 * rows * columns * depth.
 */
#define PITCH 24 /* 16 halves, and 8 so that rows begin in other banks, and at multiples of 16 bytes */

KERNEL $sub_group GROUP_SIZE($group) void matmul(idx rows, idx columns, idx depth, i64 alpha_bits, i64 beta_bits$parameters) {
  LOCAL ALIGNED(16) u16 as[$down * 16][PITCH];
  LOCAL ALIGNED(16) u16 bs[$across * 16][PITCH];
  FRAGMENT_LOCAL($group)
  idx m0 = (idx)GROUP(1) * ($down * 16), n0 = (idx)GROUP(0) * ($across * 16);
  idx batch = (idx)GROUP(2);
  $batch
  GLOBAL const u16* pa = a + a_at + ($a_batch);
  GLOBAL const u16* pb = b + b_at + ($b_batch);
  float sum[$down * $across][MATRIX_SUMS];
  MATRIX_EACH for (int i = 0; i < $down * $across; i++)
    MATRIX_EACH for (int j = 0; j < MATRIX_SUMS; j++) sum[i][j] = 0;
  for (idx k0 = 0; k0 < depth; k0 += 16) {
    for (int e = LID; e < $down * 256; e += $group) {
      int i = $a_row, k = $a_depth;
      as[i][k] = m0 + i < rows && k0 + k < depth ? pa[(m0 + i) * $a_m + (k0 + k) * $a_k] : 0;
    }
    for (int e = LID; e < $across * 256; e += $group) {
      int j = $b_column, k = $b_depth;
      bs[j][k] = k0 + k < depth && n0 + j < columns ? pb[(k0 + k) * $b_k + (n0 + j) * $b_n] : 0;
    }
    BARRIER();
    MATRIX_EACH for (int i = 0; i < $down * $across; i++) 
      matrix_add(as[i / $across * 16], bs[i % $across * 16], PITCH, sum[i] FRAGMENT_ARGUMENT);
    BARRIER();
  }
  MATRIX_EACH for (int i = 0; i < $down * $across; i++)
    MATRIX_EACH for (int j = 0; j < MATRIX_SUMS; j++) {
      idx m = m0 + i / $across * 16 + MATRIX_ROW(j), n = n0 + i % $across * 16 + MATRIX_COLUMN(j);
      if (m < rows && n < columns) {
        $finish
      }
    }
}
