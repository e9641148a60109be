/*
 * Vectors of $lanes numbers of type REAL, for devices on which one item drives a whole SIMD unit: CPUs. OpenCL C has such
 * types; CUDA C++ gets a structure that does the same, so that these kernels compile there too. Included after floats.h,
 * with the same REAL and NAMED.
 */
#define LANES $lanes

#ifndef __CUDACC__
typedef $vector vec;
DEVFN vec vec_of(REAL a) { return (vec)(a); }
DEVFN vec vec_load(GLOBAL const REAL* p, i64 at) { return vload$lanes(0, p + at); }
DEVFN void vec_store(vec v, GLOBAL REAL* p, i64 at) { vstore$lanes(v, 0, p + at); }
DEVFN void vec_spread(vec v, REAL* lane) { vstore$lanes(v, 0, lane); }
DEVFN vec vec_join(const REAL* lane) { return vload$lanes(0, lane); }
DEVFN vec vec_fma(vec a, vec b, vec c) { return fma(a, b, c); }
DEVFN vec vec_exp(vec a) { return exp(a); }
DEVFN vec vec_max(vec a, vec b) { return ((a > b) | (a != a)) ? a : b; }
#else
struct vec {
  REAL lane[LANES];
};
DEVFN vec vec_of(REAL a) {
  vec v;
  for (int l = 0; l < LANES; l++) v.lane[l] = a;
  return v;
}
DEVFN vec vec_load(GLOBAL const REAL* p, i64 at) {
  vec v;
  for (int l = 0; l < LANES; l++) v.lane[l] = p[at + l];
  return v;
}
DEVFN void vec_store(vec v, GLOBAL REAL* p, i64 at) {
  for (int l = 0; l < LANES; l++) p[at + l] = v.lane[l];
}
DEVFN void vec_spread(vec v, REAL* lane) {
  for (int l = 0; l < LANES; l++) lane[l] = v.lane[l];
}
DEVFN vec vec_join(const REAL* lane) { return vec_load(lane, 0); }
DEVFN vec vec_fma(vec a, vec b, vec c) {
  for (int l = 0; l < LANES; l++) a.lane[l] = FMA(a.lane[l], b.lane[l], c.lane[l]);
  return a;
}
DEVFN vec vec_exp(vec a) {
  for (int l = 0; l < LANES; l++) a.lane[l] = NAMED(exp)(a.lane[l]);
  return a;
}
DEVFN vec vec_max(vec a, vec b) {
  for (int l = 0; l < LANES; l++) a.lane[l] = NAMED(max)(a.lane[l], b.lane[l]);
  return a;
}
DEVFN vec operator+(vec a, vec b) {
  for (int l = 0; l < LANES; l++) a.lane[l] += b.lane[l];
  return a;
}
DEVFN vec operator-(vec a, vec b) {
  for (int l = 0; l < LANES; l++) a.lane[l] -= b.lane[l];
  return a;
}
DEVFN vec operator*(vec a, vec b) {
  for (int l = 0; l < LANES; l++) a.lane[l] *= b.lane[l];
  return a;
}
DEVFN vec operator/(vec a, vec b) {
  for (int l = 0; l < LANES; l++) a.lane[l] /= b.lane[l];
  return a;
}
#endif

/* The first count numbers from a place on; the other lanes are filled. */
DEVFN vec vec_load_part(GLOBAL const REAL* p, i64 at, int count, REAL fill) {
  REAL lane[LANES];
  for (int l = 0; l < LANES; l++) lane[l] = l < count ? p[at + l] : fill;
  return vec_join(lane);
}
DEVFN void vec_store_part(vec v, GLOBAL REAL* p, i64 at, int count) {
  REAL lane[LANES];
  vec_spread(v, lane);
  for (int l = 0; l < count; l++) p[at + l] = lane[l];
}

/* Folds of the lanes, as a tree. */
DEVFN REAL vec_sum(vec v) {
  REAL lane[LANES];
  vec_spread(v, lane);
  for (int width = LANES / 2; width > 0; width >>= 1)
    for (int l = 0; l < width; l++) lane[l] += lane[l + width];
  return lane[0];
}
DEVFN REAL vec_highest(vec v) {
  REAL lane[LANES];
  vec_spread(v, lane);
  for (int width = LANES / 2; width > 0; width >>= 1)
    for (int l = 0; l < width; l++) lane[l] = NAMED(max)(lane[l], lane[l + width]);
  return lane[0];
}
