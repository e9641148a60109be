/*
 * Attention and its gradients as attention_tiled.c computes them, with products by matrix instructions (fragments.h): of
 * bfloat16, float16, or float32 rounded to TF32; sums, softmax and all that is saved in float32 (Dao: FlashAttention-2, 2023).
 * attention.h says what is computed.
 *
 * Work-group: $group items, 4 warps; a warp has 16 rows of the block of 64 and all $others others that meet it at a time, and
 * $columns columns of the result. A warp's weights are the sums that it has in registers: they are the first factor of the
 * product with x as they lie, if the others are counted in the order of the sums. Only what is read goes through shared memory:
 * a and b with the depth along memory (in pieces of $words words), x across it. Neighbouring others are one word of x, so two
 * lines of x are read together. Memory: own rows once for each block of others, the others once for each block of own rows,
 * mostly from caches; the result once. Operations: 2 * batch * own * other * (depth + second + columns), half of it with
 * causality, and an exponential for each weight.
 */
#define WORDS $words
#define PITCH (WORDS + 4)
#define DEPTH (WORDS * PER_WORD)
#define OTHERS $others
#define COLUMNS $columns
#define X_WORDS (OTHERS / PER_WORD)
#define X_PITCH (COLUMNS + 8)
#define POOL ((64 + OTHERS) * PITCH > X_WORDS * X_PITCH ? (64 + OTHERS) * PITCH : X_WORDS * X_PITCH)
#if PER_WORD == 2
#define X_AT(step, half) ((step) * 8 + t + 4 * (half)) /* the word of x that a sum's fragment meets */
#else
#define X_AT(step, half) ((step) * 8 + 2 * t + (half))
#endif

/* Copies lines of a matrix, up to DEPTH of each, as words; what there is not is zero. */
DEVFN void copy_lines(LOCALPTR u32* to, int lines, GLOBAL const ELEMENT* from, i64 at, idx there, idx row, idx column,
                      idx depth) {
#if $vector
  for (int e = LID; e < lines * WORDS / 4; e += $group) {
    int i = e / (WORDS / 4), w = e % (WORDS / 4) * 4;
    u32 words[4] = {0, 0, 0, 0};
    if (i < there && w * PER_WORD < depth) load_16(words, from + (at + i * row + w * PER_WORD));
    UNROLL for (int v = 0; v < 4; v++) words[v] = fragment_word(words[v]);
    store_16(to + i * PITCH + w, words);
  }
#else
  for (int e = LID; e < lines * WORDS; e += $group) {
    int i = e / WORDS, w = e % WORDS;
    u32 word = 0;
    UNROLL for (int h = 0; h < PER_WORD; h++)
      if (i < there && w * PER_WORD + h < depth)
        word |= ELEMENT_BITS(from[at + i * row + (w * PER_WORD + h) * column]) << 16 * h;
    to[i * PITCH + w] = word;
  }
#endif
}

/* sum += a.b^T for the block; sum[j] is the fragment of the warp's rows and of others 8 j and on. */
DEVFN void add_products(float (*sum)[4], LOCALPTR u32* pool, GLOBAL const ELEMENT* a, i64 a_from, idx a_there, idx a_row,
                        idx a_column, GLOBAL const ELEMENT* b, i64 b_from, idx b_there, idx b_row, idx b_column,
                        idx depth FRAGMENT_PARAMETER) {
  int g = LANE / 4, t = LANE % 4;
  for (idx k0 = 0; k0 < depth; k0 += DEPTH) {
    BARRIER();
    copy_lines(pool, 64, a, a_from + k0 * a_column, a_there, a_row, a_column, depth - k0);
    copy_lines(pool + 64 * PITCH, OTHERS, b, b_from + k0 * b_column, b_there, b_row, b_column, depth - k0);
    BARRIER();
    FRAGMENT_EACH for (int w = 0; w < WORDS; w += 8) {
      LOCALPTR const u32* mine = pool + (LID / 32 * 16 + g) * PITCH + w + t;
      u32 left[4];
      left[0] = mine[0];
      left[1] = mine[8 * PITCH];
      left[2] = mine[4];
      left[3] = mine[8 * PITCH + 4];
      FRAGMENT_EACH for (int j = 0; j < OTHERS / 8; j++) {
        LOCALPTR const u32* theirs = pool + (64 + j * 8 + g) * PITCH + w + t;
        u32 right[2];
        right[0] = theirs[0];
        right[1] = theirs[4];
        FRAGMENT_MULTIPLY(sum[j], left, right);
      }
    }
  }
}

KERNEL GROUP_SIZE($group) void attention(idx own, idx other, idx depth, idx second, idx columns, idx blocks,
                                         i64 scale_bits$parameters) {
  LOCAL ALIGNED(16) u32 pool[POOL];
  FRAGMENT_LOCAL($group)
  $head
  int g = LANE / 4, t = LANE % 4;
  idx m = m0 + LID / 32 * 16 + g; /* the lane's rows are m and m + 8 */
  float total[COLUMNS / 8][4];
  FRAGMENT_EACH for (int c = 0; c < COLUMNS / 8; c++)
    UNROLL for (int e = 0; e < 4; e++) total[c][e] = 0;
  float shift[2], extra[2]; /* of queries: the largest score so far and the lane's share of the sum; of gradients L and t */
  UNROLL for (int r = 0; r < 2; r++) {
    shift[r] = $lowest;
    extra[r] = 0;
#if !$softmax && !$of_keys
    if (m + 8 * r < own) {
      shift[r] = lse[$lse_from + (m + 8 * r) * $lse_row];
#if $twice
      extra[r] = dots[$dots_from + (m + 8 * r) * $dots_row];
#endif
    }
#endif
  }
  for (idx o0 = first; o0 < end; o0 += OTHERS) {
    float s[OTHERS / 8][4];
    FRAGMENT_EACH for (int j = 0; j < OTHERS / 8; j++)
      UNROLL for (int e = 0; e < 4; e++) s[j][e] = 0;
    add_products(s, pool, a, $a_from + m0 * $a_row, own - m0, $a_row, $a_column, b, $b_from + o0 * $b_row, other - o0,
                 $b_row, $b_column, depth FRAGMENT_ARGUMENT);
#if $twice
    float d[OTHERS / 8][4];
    FRAGMENT_EACH for (int j = 0; j < OTHERS / 8; j++)
      UNROLL for (int e = 0; e < 4; e++) d[j][e] = 0;
    add_products(d, pool, a2, $a2_from + m0 * $a2_row, own - m0, $a2_row, $a2_column, b2, $b2_from + o0 * $b2_row,
                 other - o0, $b2_row, $b2_column, second FRAGMENT_ARGUMENT);
#endif
    FRAGMENT_EACH for (int j = 0; j < OTHERS / 8; j++)
      UNROLL for (int e = 0; e < 4; e++) {
        idx mine = m + e / 2 * 8, theirs = o0 + j * 8 + 2 * t + e % 2;
        int seen = mine < own && theirs < other;
        float v = s[j][e] * scale;
        $mask
        s[j][e] = seen ? v : $lowest;
      }
#if $dropout
    u32 keeps = 0; /* a bit for each weight; a loop, since random numbers are much code */
    for (int n = 0; n < OTHERS / 2; n++) {
      idx mine = m + n / 2 % 2 * 8, theirs = o0 + n / 4 * 8 + 2 * t + n % 2;
      keeps |= ($dropped ? 0u : 1u) << n;
    }
#define KEPT(j, e) ((keeps >> ((j) * 4 + (e)) & 1u) ? rest : 0.0f)
#else
#define KEPT(j, e) 1.0f
#endif
#if $softmax
    UNROLL for (int r = 0; r < 2; r++) {
      float most = shift[r];
      FRAGMENT_EACH for (int j = 0; j < OTHERS / 8; j++) most = f32_max(most, f32_max(s[j][2 * r], s[j][2 * r + 1]));
      QUAD_MAX(most);
      float from = most == $lowest ? 0 : most, smaller = f32_exp(shift[r] - from);
      shift[r] = most;
      extra[r] *= smaller;
      FRAGMENT_EACH for (int c = 0; c < COLUMNS / 8; c++) {
        total[c][2 * r] *= smaller;
        total[c][2 * r + 1] *= smaller;
      }
      FRAGMENT_EACH for (int j = 0; j < OTHERS / 8; j++)
        UNROLL for (int e = 2 * r; e < 2 * r + 2; e++) {
          float w = f32_exp(s[j][e] - from);
          extra[r] += w;
          s[j][e] = w * KEPT(j, e);
        }
    }
#else
    FRAGMENT_EACH for (int j = 0; j < OTHERS / 8; j++)
      UNROLL for (int c = 0; c < 2; c++) {
#if $of_keys
        idx query = o0 + j * 8 + 2 * t + c;
        float log_sum = query < other ? lse[$lse_from + query * $lse_row] : 0;
#if $twice
        float dot = query < other ? dots[$dots_from + query * $dots_row] : 0;
#endif
#endif
        UNROLL for (int r = 0; r < 2; r++) {
          int e = 2 * r + c;
#if !$of_keys
          float log_sum = shift[r], dot = extra[r];
#endif
          float w = s[j][e] == $lowest ? 0 : f32_exp(s[j][e] - log_sum);
#if $twice
          s[j][e] = w * (KEPT(j, e) * d[j][e] - dot) * scale;
#else
          s[j][e] = w * KEPT(j, e);
#endif
        }
      }
#endif
    BARRIER();
#if $vector
    for (int e = LID; e < X_WORDS * (COLUMNS / PER_16); e += $group) {
      int n = e % (COLUMNS / PER_16) * PER_16, w = e / (COLUMNS / PER_16);
      idx line = o0 + w * PER_WORD;
      u32 words[4] = {0, 0, 0, 0};
      if (line < other && n0 + n < columns) load_16(words, x + ($x_from + line * $x_row + n0 + n));
#if PER_WORD == 1
      UNROLL for (int v = 0; v < 4; v++) words[v] = fragment_word(words[v]);
      store_16(pool + w * X_PITCH + n, words);
#else
      u32 next[4] = {0, 0, 0, 0}, both[8];
      if (line + 1 < other && n0 + n < columns) load_16(next, x + ($x_from + (line + 1) * $x_row + n0 + n));
      interleave_16(both, words, next);
      store_16(pool + w * X_PITCH + n, both);
      store_16(pool + w * X_PITCH + n + 4, both + 4);
#endif
    }
#else
    for (int e = LID; e < X_WORDS * COLUMNS; e += $group) {
      int n = e % COLUMNS, w = e / COLUMNS;
      u32 word = 0;
      UNROLL for (int h = 0; h < PER_WORD; h++) {
        idx line = o0 + w * PER_WORD + h;
        if (line < other && n0 + n < columns)
          word |= ELEMENT_BITS(x[$x_from + line * $x_row + (n0 + n) * $x_column]) << 16 * h;
      }
      pool[w * X_PITCH + n] = word;
    }
#endif
    BARRIER();
    FRAGMENT_EACH for (int step = 0; step < X_WORDS / 8; step++) {
      u32 left[4];
#if PER_WORD == 2
      UNROLL for (int p = 0; p < 4; p++)
        left[p] = fragment_element(s[2 * step + p / 2][p % 2 * 2]) | fragment_element(s[2 * step + p / 2][p % 2 * 2 + 1]) << 16;
#else
      UNROLL for (int p = 0; p < 4; p++) left[p] = fragment_element(s[step][p % 2 * 2 + p / 2]);
#endif
      FRAGMENT_EACH for (int c = 0; c < COLUMNS / 8; c++) {
        u32 right[2];
        right[0] = pool[X_AT(step, 0) * X_PITCH + c * 8 + g];
        right[1] = pool[X_AT(step, 1) * X_PITCH + c * 8 + g];
        FRAGMENT_MULTIPLY(total[c], left, right);
      }
    }
  }
#if $softmax
  UNROLL for (int r = 0; r < 2; r++) {
    float sum = extra[r];
    QUAD_SUM(sum);
    FRAGMENT_EACH for (int c = 0; c < COLUMNS / 8; c++)
      UNROLL for (int e = 2 * r; e < 2 * r + 2; e++) total[c][e] = sum == 0 ? 0 : total[c][e] / sum;
    if (t == 0 && n0 == 0 && m + 8 * r < own)
      lse[$lse_from + (m + 8 * r) * $lse_row] = sum == 0 ? 0 : shift[r] + f32_log(sum);
  }
#endif
  FRAGMENT_EACH for (int c = 0; c < COLUMNS / 8; c++)
    UNROLL for (int e = 0; e < 4; e++) {
      idx row = m + e / 2 * 8, n = n0 + c * 8 + 2 * t + e % 2;
      if (row < own && n < columns) out[$out_from + row * $out_row + n * $out_column] = $rounded;
    }
}
