/*
 * Matrix instructions: a sub-group adds the product of two 16 x 16 blocks of halves in shared memory to a block of float32
 * that its items hold together. Which instruction there is the host says; it has made sure that the device's compiler takes
 * it and that it computes rightly.
 *
 * MATRIX_SUMS       sums that an item holds
 * MATRIX_ROW(e)     the row of an item's sum e, and its column
 * matrix_add        sum += a.b; a[row * pitch + depth] and b[column * pitch + depth] are halves, as their bits
 *
 * Sources: AMD Matrix Instruction Calculator, for RDNA 3 and CDNA 2; OpenCL extension
 * cl_intel_subgroup_matrix_multiply_accumulate, for sub-groups of 16; NVIDIA's are in fragments.h.
 */
#if defined(MATRIX_RDNA3)
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
#define MATRIX_SUMS 8
#define MATRIX_ROW(e) (2 * (e) + LID / 16)
#define MATRIX_COLUMN(e) (LID % 16)
DEVFN void matrix_add(LOCALPTR const u16* a, LOCALPTR const u16* b, int pitch, float* sum) {
  half16 left = as_half16(vload16(0, a + LID % 16 * pitch)), right = as_half16(vload16(0, b + LID % 16 * pitch));
  vstore8(__builtin_amdgcn_wmma_f32_16x16x16_f16_w32(left, right, vload8(0, sum)), 0, sum);
}
#elif defined(MATRIX_CDNA)
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
#define MATRIX_SUMS 4
#define MATRIX_ROW(e) (LID / 16 * 4 + (e))
#define MATRIX_COLUMN(e) (LID % 16)
DEVFN void matrix_add(LOCALPTR const u16* a, LOCALPTR const u16* b, int pitch, float* sum) {
  int at = LID % 16 * pitch + LID / 16 * 4;
  half4 left = as_half4(vload4(0, a + at)), right = as_half4(vload4(0, b + at));
  vstore4(__builtin_amdgcn_mfma_f32_16x16x16f16(left, right, vload4(0, sum), 0, 0, 0), 0, sum);
}
#elif defined(MATRIX_INTEL)
#define MATRIX_SUMS 16
#define MATRIX_ROW(e) (e)
#define MATRIX_COLUMN(e) (LID)
DEVFN void matrix_add(LOCALPTR const u16* a, LOCALPTR const u16* b, int pitch, float* sum) {
  short left[16];
  int right[8];
  UNROLL for (int r = 0; r < 16; r++) left[r] = (short)a[r * pitch + LID];
  UNROLL for (int k = 0; k < 8; k++) right[k] = (int)b[LID * pitch + 2 * k] | (int)b[LID * pitch + 2 * k + 1] << 16;
  int8 all = vload8(0, right);
  vstore8(intel_sub_group_f16_f16_matrix_mad_k16(vload8(0, left), all, vload8(0, sum)), 0, sum);
  vstore8(intel_sub_group_f16_f16_matrix_mad_k16(vload8(1, left), all, vload8(1, sum)), 1, sum);
}
#elif defined(MATRIX_NVIDIA) || defined(MATRIX_LANES)
#define MATRIX_SUMS 8
#define MATRIX_ROW(e) (LID / 4 + (e) % 4 / 2 * 8)
#define MATRIX_COLUMN(e) ((e) / 4 * 8 + LID % 4 * 2 + (e) % 2)
#define MATRIX_EACH FRAGMENT_EACH
DEVFN u32 matrix_pair(LOCALPTR const u16* p) { return (u32)p[0] | (u32)p[1] << 16; }
DEVFN void matrix_add(LOCALPTR const u16* a, LOCALPTR const u16* b, int pitch, float* sum FRAGMENT_PARAMETER) {
  int at = LID / 4 * pitch + LID % 4 * 2;
  u32 left[4], right[2];
  left[0] = matrix_pair(a + at);
  left[1] = matrix_pair(a + at + 8 * pitch);
  left[2] = matrix_pair(a + at + 8);
  left[3] = matrix_pair(a + at + 8 * pitch + 8);
  FRAGMENT_EACH for (int side = 0; side < 2; side++) {
    right[0] = matrix_pair(b + at + side * 8 * pitch);
    right[1] = matrix_pair(b + at + side * 8 * pitch + 8);
    FRAGMENT_MULTIPLY(sum + 4 * side, left, right);
  }
}
#else /* no instruction: one item computes all, so that what surrounds the instructions is tested without them */
#define MATRIX_EACH
#define MATRIX_SUMS 256
#define MATRIX_ROW(e) ((e) / 16)
#define MATRIX_COLUMN(e) ((e) % 16)
DEVFN void matrix_add(LOCALPTR const u16* a, LOCALPTR const u16* b, int pitch, float* sum) {
  for (int e = 0; e < 256; e++)
    for (int k = 0; k < 16; k++)
      sum[e] = FMA(f16_to_f32(a[e / 16 * pitch + k]), f16_to_f32(b[e % 16 * pitch + k]), sum[e]);
}
#endif

#ifndef FRAGMENT_PARAMETER
#define FRAGMENT_LOCAL(items)
#define FRAGMENT_ARGUMENT
#endif
#ifndef MATRIX_EACH
#define MATRIX_EACH UNROLL /* before loops over blocks and sums, which are registers */
#endif
