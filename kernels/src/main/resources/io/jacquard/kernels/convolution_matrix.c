/*
 * A convolution and both of its gradients as convolution_tiled.c computes them (implicit GEMM), with products by matrix
 * instructions (fragments.h): of bfloat16, float16, or float32 rounded to TF32; added up in float32.
 *
 * Shapes: x [N, size..., C], b and out by strides. Work-group: $group items, $group / 32 warps; it computes $block_rows x
 * $block_columns, a warp $warp_rows x 32 of these in fragments of 16 x 8. Blocks of x and b lie in shared memory as words, in
 * the order in which they are read: with the depth along memory (pitch of 20 words), or across it (8 words more than a block is
 * long); either way the 32 lanes read 32 banks. Where channels are side by side and a multiple of 16 bytes, x and b are copied
 * 16 bytes at a time, and a position is looked up once for them. The first dimension counts column blocks, the second row
 * blocks, the third groups of channels times chunks of the depth. Memory: x once for each tap and column block, b once for
 * each row block. Operations: 2 * rows * columns * depth.
 */
#define WORDS 16 /* along the depth of a block */
#define DEPTH (WORDS * PER_WORD)
#define ALONG(i, w) ((i) * (WORDS + 4) + (w))
#define PLACE(i, k) \
  i64 place = x_from + row_at[$rank][i] + depth_at[$rank][k]; \
  int inside = k0 + (k) < last; \
  $place

#if $a_along
#define A_AT(i, w) ALONG(i, w)
#define A_WORDS ($block_rows * (WORDS + 4))
#else
#define A_AT(i, w) ((w) * ($block_rows + 8) + (i))
#define A_WORDS (WORDS * ($block_rows + 8))
#endif
#if $b_along
#define B_AT(j, w) ALONG(j, w)
#define B_WORDS ($block_columns * (WORDS + 4))
#else
#define B_AT(j, w) ((w) * ($block_columns + 8) + (j))
#define B_WORDS (WORDS * ($block_columns + 8))
#endif

KERNEL GROUP_SIZE($group) void convolution(idx rows, idx columns, idx depth, idx chunk, idx chunks$parameters) {
  LOCAL ALIGNED(16) u32 as[A_WORDS];
  LOCAL ALIGNED(16) u32 bs[B_WORDS];
  LOCAL idx row_at[$rank + 1][$block_rows]; /* positions along the axes, and the place of the rest */
  LOCAL idx depth_at[$rank + 1][DEPTH];
  LOCAL i64 b_place[DEPTH];
  FRAGMENT_LOCAL($group)
  idx m0 = (idx)GROUP(1) * $block_rows, n0 = (idx)GROUP(0) * $block_columns;
  i64 group = GROUP(2) / chunks, piece = GROUP(2) - group * chunks;
  idx first = (idx)piece * chunk, last = depth - first < chunk ? depth : first + chunk;
  i64 x_from = x_at + group * x_group, b_from = b_at + group * b_group;
  int g = LANE / 4, t = LANE % 4;
  int m_warp = LID / 32 / $warps_across * $warp_rows, n_warp = LID / 32 % $warps_across * 32;
  for (int i = LID; i < $block_rows; i += $group) {
    idx row = m0 + i < rows ? m0 + i : rows - 1;
    $rows
    $row_tables
  }
  float sum[$warp_rows / 16][4][4];
  FRAGMENT_EACH for (int i = 0; i < $warp_rows / 16; i++)
    FRAGMENT_EACH for (int j = 0; j < 4; j++)
      UNROLL for (int e = 0; e < 4; e++) sum[i][j][e] = 0;
  for (idx k0 = first; k0 < last; k0 += DEPTH) {
    for (int k = LID; k < DEPTH; k += $group) {
      idx number = k0 + k < last ? k0 + k : last - 1;
      $depth
      $depth_tables
      b_place[k] = $b_place;
    }
    BARRIER();
#if $a_vector && $a_along
    for (int e = LID; e < $block_rows * WORDS / 4; e += $group) {
      int i = e / (WORDS / 4), w = e % (WORDS / 4) * 4;
      u32 words[4] = {0, 0, 0, 0};
      PLACE(i, w * PER_WORD)
      if (inside) load_16(words, x + place);
      UNROLL for (int v = 0; v < 4; v++) words[v] = fragment_word(words[v]);
      store_16(as + A_AT(i, w), words);
    }
#elif $a_vector
    for (int e = LID; e < WORDS * $block_rows / PER_16; e += $group) {
      int i = e % ($block_rows / PER_16) * PER_16, w = e / ($block_rows / PER_16);
      u32 line[4] = {0, 0, 0, 0};
      {
        PLACE(i, w * PER_WORD)
        if (inside) load_16(line, x + place);
      }
#if PER_WORD == 1
      UNROLL for (int v = 0; v < 4; v++) line[v] = fragment_word(line[v]);
      store_16(as + A_AT(i, w), line);
#else
      u32 next[4] = {0, 0, 0, 0}, words[8];
      {
        PLACE(i, w * PER_WORD + 1)
        if (inside) load_16(next, x + place);
      }
      interleave_16(words, line, next);
      store_16(as + A_AT(i, w), words);
      store_16(as + A_AT(i + 4, w), words + 4);
#endif
    }
#else
    for (int e = LID; e < $block_rows * WORDS; e += $group) {
      int i = $a_row, w = $a_word;
      u32 word = 0;
      UNROLL for (int h = 0; h < PER_WORD; h++) {
        PLACE(i, w * PER_WORD + h)
        if (inside) word |= ELEMENT_BITS(x[place]) << 16 * h;
      }
      as[A_AT(i, w)] = word;
    }
#endif
#if $b_vector && $b_along
    for (int e = LID; e < $block_columns * WORDS / 4; e += $group) {
      int j = e / (WORDS / 4), w = e % (WORDS / 4) * 4, k = w * PER_WORD;
      u32 words[4] = {0, 0, 0, 0};
      if (k0 + k < last && n0 + j < columns) load_16(words, b + (b_from + b_place[k] + (n0 + j) * b_n));
      UNROLL for (int v = 0; v < 4; v++) words[v] = fragment_word(words[v]);
      store_16(bs + B_AT(j, w), words);
    }
#elif $b_vector
    for (int e = LID; e < WORDS * $block_columns / PER_16; e += $group) {
      int j = e % ($block_columns / PER_16) * PER_16, w = e / ($block_columns / PER_16), k = w * PER_WORD;
      u32 line[4] = {0, 0, 0, 0};
      if (k0 + k < last && n0 + j < columns) load_16(line, b + (b_from + b_place[k] + n0 + j));
#if PER_WORD == 1
      UNROLL for (int v = 0; v < 4; v++) line[v] = fragment_word(line[v]);
      store_16(bs + B_AT(j, w), line);
#else
      u32 next[4] = {0, 0, 0, 0}, words[8];
      if (k0 + k + 1 < last && n0 + j < columns) load_16(next, b + (b_from + b_place[k + 1] + n0 + j));
      interleave_16(words, line, next);
      store_16(bs + B_AT(j, w), words);
      store_16(bs + B_AT(j + 4, w), words + 4);
#endif
    }
#else
    for (int e = LID; e < $block_columns * WORDS; e += $group) {
      int j = $b_column, w = $b_word;
      u32 word = 0;
      UNROLL for (int h = 0; h < PER_WORD; h++) {
        int k = w * PER_WORD + h;
        if (k0 + k < last && n0 + j < columns) word |= ELEMENT_BITS(b[b_from + b_place[k] + (n0 + j) * b_n]) << 16 * h;
      }
      bs[B_AT(j, w)] = word;
    }
#endif
    BARRIER();
    FRAGMENT_EACH for (int w = 0; w < WORDS; w += 8) {
      u32 right[4][2];
      FRAGMENT_EACH for (int j = 0; j < 4; j++) {
        right[j][0] = bs[B_AT(n_warp + j * 8 + g, w + t)];
        right[j][1] = bs[B_AT(n_warp + j * 8 + g, w + t + 4)];
      }
      FRAGMENT_EACH for (int i = 0; i < $warp_rows / 16; i++) {
        int m = m_warp + i * 16 + g;
        u32 left[4];
        left[0] = as[A_AT(m, w + t)];
        left[1] = as[A_AT(m + 8, w + t)];
        left[2] = as[A_AT(m, w + t + 4)];
        left[3] = as[A_AT(m + 8, w + t + 4)];
        FRAGMENT_EACH for (int j = 0; j < 4; j++) FRAGMENT_MULTIPLY(sum[i][j], left, right[j]);
      }
    }
    BARRIER();
  }
  FRAGMENT_EACH for (int i = 0; i < $warp_rows / 16; i++)
    FRAGMENT_EACH for (int down = 0; down < 2; down++) {
      idx row = m0 + m_warp + i * 16 + down * 8 + g;
      if (row < rows) {
        $rows
        i64 to = out_at + group * out_group + piece * out_chunk + ($out_place);
        FRAGMENT_EACH for (int j = 0; j < 4; j++)
          UNROLL for (int across = 0; across < 2; across++) {
            idx n = n0 + n_warp + j * 8 + 2 * t + across;
            if (n < columns) {
              float total = sum[i][j][2 * down + across];
              $bias
              out[to + n * out_n] = $rounded;
            }
          }
      }
    }
}
