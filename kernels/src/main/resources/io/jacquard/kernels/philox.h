/*
 * The uniform float32 from [0, 1) of one element: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As
 * Easy as 1, 2, 3, SC 2011), bit for bit as io.jacquard.expr.Philox, which says how its counter and key are used.
 */
DEVFN float philox_uniform(i64 seed, i64 draw, i64 index) {
  u32 c0 = (u32)((u64)index >> 2), c1 = (u32)((u64)index >> 34);
  u32 c2 = (u32)draw, c3 = (u32)((u64)draw >> 32);
  u32 k0 = (u32)seed, k1 = (u32)((u64)seed >> 32);
  for (int round = 0; round < 10; round++) {
    u32 high0 = MULHI(0xD2511F53u, c0), low0 = 0xD2511F53u * c0;
    u32 high1 = MULHI(0xCD9E8D57u, c2), low1 = 0xCD9E8D57u * c2;
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  int word = (int)index & 3;
  u32 bits = word == 0 ? c0 : word == 1 ? c1 : word == 2 ? c2 : c3;
  return (float)(bits >> 8) * BITS_F32(0x33800000u); /* the upper 24 bits, times 2^-24 */
}
