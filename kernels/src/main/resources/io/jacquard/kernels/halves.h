/*
 * bfloat16 and float16, which are kept and not computed with: a value of such a type is its 16 bits, as an int. They are
 * rounded to nearest, ties to even; a NaN stays one. bfloat16 is integer arithmetic, the same everywhere; float16 needs an
 * instruction, which OpenCL has without any extension.
 */
DEVFN float bf16_to_f32(int a) { return BITS_F32((u32)a << 16); }
DEVFN int f32_to_bf16(float a) {
  u32 bits = F32_BITS(a);
  return (int)(a != a ? bits >> 16 | 0x40u : (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

#ifndef __CUDACC__
DEVFN float f16_to_f32(int a) {
  u16 bits = (u16)a;
  return vload_half(0, (const __private half*)&bits);
}
DEVFN int f32_to_f16(float a) {
  u16 bits;
  vstore_half_rte(a, 0, (__private half*)&bits);
  return bits;
}
#else
DEVFN float f16_to_f32(int a) {
  float f;
  asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"((u16)a));
  return f;
}
DEVFN int f32_to_f16(float a) {
  u16 bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(a));
  return bits;
}
#endif

DEVFN int bf16_to_bf16(int a) { return a; }
DEVFN int f16_to_f16(int a) { return a; }
