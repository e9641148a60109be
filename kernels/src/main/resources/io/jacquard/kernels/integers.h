/*
 * Arithmetic of integers and bools, as ScalarOp defines it: it wraps, division by zero gives 0. A uint8 and a bool are
 * ints from 0 to 255 and 0 to 1 while they are computed with. Overflow of a signed type is undefined in C, so sums and
 * products are computed unsigned.
 */
DEVFN int i32_neg(int a) { return (int)(0u - (u32)a); }
DEVFN int i32_abs(int a) { return a < 0 ? i32_neg(a) : a; }
DEVFN int i32_sign(int a) { return (a > 0) - (a < 0); }
DEVFN int i32_add(int a, int b) { return (int)((u32)a + (u32)b); }
DEVFN int i32_sub(int a, int b) { return (int)((u32)a - (u32)b); }
DEVFN int i32_mul(int a, int b) { return (int)((u32)a * (u32)b); }
DEVFN int i32_div(int a, int b) { return b == 0 ? 0 : b == -1 ? i32_neg(a) : a / b; }
DEVFN int i32_min(int a, int b) { return a < b ? a : b; }
DEVFN int i32_max(int a, int b) { return a > b ? a : b; }

DEVFN i64 i64_neg(i64 a) { return (i64)((u64)0 - (u64)a); }
DEVFN i64 i64_abs(i64 a) { return a < 0 ? i64_neg(a) : a; }
DEVFN i64 i64_sign(i64 a) { return (a > 0) - (a < 0); }
DEVFN i64 i64_add(i64 a, i64 b) { return (i64)((u64)a + (u64)b); }
DEVFN i64 i64_sub(i64 a, i64 b) { return (i64)((u64)a - (u64)b); }
DEVFN i64 i64_mul(i64 a, i64 b) { return (i64)((u64)a * (u64)b); }
DEVFN i64 i64_div(i64 a, i64 b) { return b == 0 ? 0 : b == -1 ? i64_neg(a) : a / b; }
DEVFN i64 i64_min(i64 a, i64 b) { return a < b ? a : b; }
DEVFN i64 i64_max(i64 a, i64 b) { return a > b ? a : b; }

DEVFN int u8_neg(int a) { return (0 - a) & 255; }
DEVFN int u8_abs(int a) { return a; }
DEVFN int u8_sign(int a) { return a != 0; }
DEVFN int u8_add(int a, int b) { return (a + b) & 255; }
DEVFN int u8_sub(int a, int b) { return (a - b) & 255; }
DEVFN int u8_mul(int a, int b) { return (a * b) & 255; }
DEVFN int u8_div(int a, int b) { return b == 0 ? 0 : a / b; }
DEVFN int u8_min(int a, int b) { return a < b ? a : b; }
DEVFN int u8_max(int a, int b) { return a > b ? a : b; }

DEVFN float i32_to_f32(int a) { return (float)a; }
DEVFN i64 i32_to_i64(int a) { return a; }
DEVFN int i32_to_i32(int a) { return a; }
DEVFN int i32_to_u8(int a) { return a & 255; }
DEVFN int i32_to_bool(int a) { return a != 0; }

DEVFN float i64_to_f32(i64 a) { return (float)a; }
DEVFN i64 i64_to_i64(i64 a) { return a; }
DEVFN int i64_to_i32(i64 a) { return (int)a; }
DEVFN int i64_to_u8(i64 a) { return (int)a & 255; }
DEVFN int i64_to_bool(i64 a) { return a != 0; }
#ifdef HAVE_F64
DEVFN double i32_to_f64(int a) { return (double)a; }
DEVFN double i64_to_f64(i64 a) { return (double)a; }
#endif
