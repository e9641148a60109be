/*
 * Products by mma.sync, of sm_80 and later: 32 lanes (a warp) multiply 16 rows by 8 columns over a depth of 8 words and add
 * them up in float32. A word is two halves that are neighbours along the depth, or one float32 that is rounded to TF32. Each
 * lane holds a part (a fragment) of both factors and of the sums; with g = LANE / 4 and t = LANE % 4:
 *
 *   a[0] row g, word t          b[0] word t, column g          sum[0] row g, column 2t         sum[2] row g + 8, column 2t
 *   a[1] row g + 8, word t      b[1] word t + 4, column g      sum[1] row g, column 2t + 1     sum[3] row g + 8, column 2t + 1
 *   a[2] row g, word t + 4
 *   a[3] row g + 8, word t + 4
 *
 * Source: PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type" and "Matrix Fragments for mma.m16n8k8" (.tf32),
 * which say the same in elements.
 *
 * FRAGMENT_F16, FRAGMENT_BF16 or FRAGMENT_TF32 says what a word is. With MATRIX_LANES instead of MATRIX_NVIDIA each lane
 * computes its own sums from what the others hold, by way of shared memory: so kernels are tested without a GPU.
 *
 * FRAGMENT_LOCAL(n)         stands in the kernel's outermost block; n items in the work-group, whole warps
 * FRAGMENT_PARAMETER        stands at the end of the parameters of a function that multiplies, FRAGMENT_ARGUMENT where it is called
 * FRAGMENT_MULTIPLY(s, a, b) adds a product to the four sums at s; all items of the work-group take part
 * QUAD_SUM(v), QUAD_MAX(v)  v becomes the sum or maximum over the four lanes of a g
 * fragment_word             a word of memory, rounded
 * fragment_element          a float32 as an element of a word: its 16 bits, or all of it
 */
#define LANE (LID % 32)
#define PER_16 (4 * PER_WORD) /* elements in 16 bytes */

#if defined(FRAGMENT_TF32)
#define PER_WORD 1 /* elements in a word */
#define ELEMENT float
#ifdef __CUDACC__
DEVFN u32 fragment_element(float x) {
  u32 bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return bits;
}
#else
DEVFN u32 fragment_element(float x) {
  u32 bits = F32_BITS(x);
  return (bits & 0x7f800000u) == 0x7f800000u ? bits : (bits + 0x1000u) & 0xffffe000u;
}
#endif
DEVFN u32 fragment_word(u32 bits) { return fragment_element(BITS_F32(bits)); }
#define ELEMENT_BITS(x) fragment_element(x)
#define FRAGMENT_WIDE(bits) BITS_F32(bits)
#else
#define PER_WORD 2
#define ELEMENT u16
DEVFN u32 fragment_word(u32 bits) { return bits; }
#define ELEMENT_BITS(x) ((u32)(x))
#if defined(FRAGMENT_F16)
#define FRAGMENT_WIDE(bits) f16_to_f32((int)(bits))
DEVFN u32 fragment_element(float x) { return (u32)f32_to_f16(x); }
#else
#define FRAGMENT_WIDE(bits) bf16_to_f32((int)(bits))
DEVFN u32 fragment_element(float x) { return (u32)f32_to_bf16(x); }
#endif
#endif

#if defined(MATRIX_NVIDIA) /* ---------------------------------------------------------------------------- mma.sync */
#define FRAGMENT_EACH UNROLL /* before loops over fragments, which are registers */
#define FRAGMENT_LOCAL(items)
#define FRAGMENT_PARAMETER
#define FRAGMENT_ARGUMENT
#if defined(FRAGMENT_TF32)
#define FRAGMENT_NAME "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"
#elif defined(FRAGMENT_F16)
#define FRAGMENT_NAME "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32"
#else
#define FRAGMENT_NAME "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"
#endif
DEVFN void fragment_multiply(float* s, const u32* a, const u32* b) {
  asm(FRAGMENT_NAME " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(s[0]), "+f"(s[1]), "+f"(s[2]), "+f"(s[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#define FRAGMENT_MULTIPLY(s, a, b) fragment_multiply(s, a, b)
DEVFN float quad_sum(float v) {
  v += __shfl_xor_sync(0xffffffffu, v, 1);
  return v + __shfl_xor_sync(0xffffffffu, v, 2);
}
DEVFN float quad_max(float v) {
  v = f32_max(v, __shfl_xor_sync(0xffffffffu, v, 1));
  return f32_max(v, __shfl_xor_sync(0xffffffffu, v, 2));
}
#define QUAD_SUM(v) v = quad_sum(v)
#define QUAD_MAX(v) v = quad_max(v)
/* 16 bytes that begin at a multiple of 16. */
DEVFN void load_16(u32* to, GLOBAL const ELEMENT* from) {
  uint4 all = *(const uint4*)from;
  to[0] = all.x, to[1] = all.y, to[2] = all.z, to[3] = all.w;
}
DEVFN void store_16(LOCALPTR u32* to, const u32* from) { *(uint4*)to = make_uint4(from[0], from[1], from[2], from[3]); }

#else /* ------------------------------------------------------------------------------------------ lane by lane */
#define FRAGMENT_EACH
#define FRAGMENT_LOCAL(items) LOCAL u32 fragment_words[(items) * 6];
#define FRAGMENT_PARAMETER , LOCALPTR u32* fragment_words
#define FRAGMENT_ARGUMENT , fragment_words
DEVFN float fragment_product(u32 a, u32 b, float sum) {
#if PER_WORD == 1
  return FMA(BITS_F32(a), BITS_F32(b), sum);
#else
  sum = FMA(FRAGMENT_WIDE(a & 0xffffu), FRAGMENT_WIDE(b & 0xffffu), sum);
  return FMA(FRAGMENT_WIDE(a >> 16), FRAGMENT_WIDE(b >> 16), sum);
#endif
}
/* What lane row % 8 * 4 + word % 4 holds of a, and lane column * 4 + word % 4 of b. */
DEVFN void fragment_sums(float* s, LOCALPTR const u32* words) {
  LOCALPTR const u32* warp = words + LID / 32 * 32 * 6;
  for (int e = 0; e < 4; e++) {
    int row = LANE / 4 + e / 2 * 8, column = LANE % 4 * 2 + e % 2;
    for (int w = 0; w < 8; w++)
      s[e] = fragment_product(warp[(row % 8 * 4 + w % 4) * 6 + row / 8 + w / 4 * 2],
                              warp[(column * 4 + w % 4) * 6 + 4 + w / 4], s[e]);
  }
}
#define FRAGMENT_MULTIPLY(s, a, b) \
  { \
    BARRIER(); \
    for (int e_ = 0; e_ < 6; e_++) fragment_words[LID * 6 + e_] = e_ < 4 ? (a)[e_ % 4] : (b)[e_ % 2]; \
    BARRIER(); \
    fragment_sums(s, fragment_words); \
  }
DEVFN float fragment_share(int of, LOCALPTR const u32* words) { return BITS_F32(words[(LID / 4 * 4 + of) * 6]); }
#define QUAD_SHARE(v, how) \
  { \
    BARRIER(); \
    fragment_words[LID * 6] = F32_BITS(v); \
    BARRIER(); \
    v = how(how(fragment_share(0, fragment_words), fragment_share(1, fragment_words)), \
            how(fragment_share(2, fragment_words), fragment_share(3, fragment_words))); \
  }
DEVFN float fragment_plus(float a, float b) { return a + b; }
#define QUAD_SUM(v) QUAD_SHARE(v, fragment_plus)
#define QUAD_MAX(v) QUAD_SHARE(v, f32_max)
DEVFN void load_16(u32* to, GLOBAL const ELEMENT* from) { vstore4(vload4(0, (GLOBAL const u32*)from), 0, to); }
DEVFN void store_16(LOCALPTR u32* to, const u32* from) { vstore4(vload4(0, from), 0, to); }
#endif

/* Of two lines of 16 bytes, at depths that follow one another, the words of neighbours along the lines: 8 of halves, from two lines. */
DEVFN void interleave_16(u32* words, const u32* line, const u32* next) {
  UNROLL for (int i = 0; i < 4; i++) {
    words[2 * i] = (line[i] & 0xffffu) | next[i] << 16;
    words[2 * i + 1] = line[i] >> 16 | (next[i] & 0xffff0000u);
  }
}
