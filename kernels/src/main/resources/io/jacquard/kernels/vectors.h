/*
 * Vectors of $lanes numbers of type REAL, for devices on which one item drives a whole SIMD unit: CPUs. OpenCL C has such
 * types; CUDA C++ gets a structure that does the same, so that these kernels compile there too. Included after floats.h,
 * with the same REAL and NAMED.
 */
#define LANES $lanes

#ifndef __CUDACC__
typedef $vector vec;
DEVFN vec vec_of(REAL a) { return (vec)(a); }
/* One instruction each, at any place: PoCL's vload and vstore move such a vector in four parts. */
typedef struct __attribute__((packed)) {
  vec v;
} vec_anywhere;
DEVFN vec vec_load(GLOBAL const REAL* p, i64 at) { return ((GLOBAL const vec_anywhere*)(p + at))->v; }
DEVFN void vec_store(vec v, GLOBAL REAL* p, i64 at) { ((GLOBAL vec_anywhere*)(p + at))->v = v; }
DEVFN void vec_spread(vec v, REAL* lane) { ((vec_anywhere*)lane)->v = v; }
DEVFN vec vec_join(const REAL* lane) { return ((const vec_anywhere*)lane)->v; }
DEVFN vec vec_fma(vec a, vec b, vec c) { return fma(a, b, c); }
#if defined(ON_CPU) && LANES == 16 /* float32 */
EXPONENTIAL(vec_exp, vec, as_float16, as_uint16)
#else
DEVFN vec vec_exp(vec a) { return exp(a); }
#endif
/* The processor's maximum, which keeps a NaN in a, and a choice that takes one from b; of b alone compilers would make four instructions. */
DEVFN vec vec_max(vec a, vec b) {
  vec most = b > a ? b : a;
  return b != b ? b + b : most;
}
DEVFN vec vec_min(vec a, vec b) {
  vec least = b < a ? b : a;
  return b != b ? b + b : least;
}
/* Loses a NaN in b. */
DEVFN vec vec_larger(vec a, vec b) { return b > a ? b : a; }
/* Begins to load the memory at a place, if there is such; on PoCL, for which FEW_BUILTINS stands: Oclgrind does not know it. */
#if defined(ON_CPU) && defined(FEW_BUILTINS)
DEVFN void vec_fetch(GLOBAL const REAL* p, i64 at) { __builtin_prefetch((const void*)(u64)(p + at)); }
#else
DEVFN void vec_fetch(GLOBAL const REAL* p, i64 at) {}
#endif

/* The lanes moved round, by half of them, a quarter and so on; with these, lanes are folded as a tree, and lane 0 is the result. */
#if LANES == 16
#define TURNS(DO) DO(s89abcdef01234567) DO(s456789abcdef0123) DO(s23456789abcdef01) DO(s123456789abcdef0)
#define COUNTING (where_vec)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#else
#define TURNS(DO) DO(s45670123) DO(s23456701) DO(s12345670)
#define COUNTING (where_vec)(0, 1, 2, 3, 4, 5, 6, 7)
#endif
DEVFN REAL vec_first(vec v) { return v.s0; }
DEVFN REAL vec_sum(vec v) {
#define ADD_TURNED(turn) v = v + v.turn;
  TURNS(ADD_TURNED)
  return v.s0;
}
DEVFN REAL vec_highest(vec v) {
#define MAX_TURNED(turn) v = vec_max(v, v.turn);
  TURNS(MAX_TURNED)
  return v.s0;
}
DEVFN REAL vec_lowest(vec v) {
#define MIN_TURNED(turn) v = vec_min(v, v.turn);
  TURNS(MIN_TURNED)
  return v.s0;
}

typedef $positions where_vec;
/* The last count lanes of v, the others filled. */
DEVFN vec vec_end(vec v, int count, REAL fill) { return COUNTING >= (where_vec)(LANES - count) ? v : vec_of(fill); }

/* The largest and where it was met first, lane by lane; a NaN is larger than all numbers. */
DEVFN where_vec where_from(int at) { return COUNTING + at; }
DEVFN void vec_argmax(vec* most, where_vec* where, vec v, int at) {
  where_vec taken = ~(v <= *most) & (*most == *most);
  *most = taken ? v : *most;
  *where = taken ? COUNTING + at : *where;
}
DEVFN void vec_argmax_join(vec* most, where_vec* where, vec v, where_vec at) {
  where_vec above = ~(v <= *most) & (*most == *most), below = ~(*most <= v) & (v == v);
  where_vec taken = above | (~below & (at < *where));
  *most = taken ? v : *most;
  *where = taken ? at : *where;
}
DEVFN int vec_argmax_lane(vec* most, where_vec where) {
#define ARGMAX_TURNED(turn) vec_argmax_join(most, &where, (*most).turn, where.turn);
  TURNS(ARGMAX_TURNED)
  return (int)where.s0;
}
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
DEVFN vec vec_min(vec a, vec b) {
  for (int l = 0; l < LANES; l++) a.lane[l] = NAMED(min)(a.lane[l], b.lane[l]);
  return a;
}
DEVFN vec vec_larger(vec a, vec b) {
  for (int l = 0; l < LANES; l++) a.lane[l] = b.lane[l] > a.lane[l] ? b.lane[l] : a.lane[l];
  return a;
}
DEVFN void vec_fetch(GLOBAL const REAL* p, i64 at) {}
DEVFN vec vec_end(vec v, int count, REAL fill) {
  for (int l = 0; l < LANES - count; l++) v.lane[l] = fill;
  return v;
}
#define FOLD_LANES(v, fold) \
  for (int width = LANES / 2; width > 0; width >>= 1) \
    for (int l = 0; l < width; l++) v.lane[l] = fold(v.lane[l], v.lane[l + width]);
DEVFN REAL vec_plus(REAL a, REAL b) { return a + b; }
DEVFN REAL vec_first(vec v) { return v.lane[0]; }
DEVFN REAL vec_sum(vec v) {
  FOLD_LANES(v, vec_plus)
  return v.lane[0];
}
DEVFN REAL vec_highest(vec v) {
  FOLD_LANES(v, NAMED(max))
  return v.lane[0];
}
DEVFN REAL vec_lowest(vec v) {
  FOLD_LANES(v, NAMED(min))
  return v.lane[0];
}
struct where_vec {
  int lane[LANES];
};
DEVFN where_vec where_from(int at) {
  where_vec where;
  for (int l = 0; l < LANES; l++) where.lane[l] = at + l;
  return where;
}
DEVFN int vec_above(REAL v, REAL most) { return !(v <= most) & (most == most); }
DEVFN void vec_argmax(vec* most, where_vec* where, vec v, int at) {
  for (int l = 0; l < LANES; l++) {
    int taken = vec_above(v.lane[l], most->lane[l]);
    most->lane[l] = taken ? v.lane[l] : most->lane[l];
    where->lane[l] = taken ? at + l : where->lane[l];
  }
}
DEVFN void vec_argmax_join(vec* most, where_vec* where, vec v, where_vec at) {
  for (int l = 0; l < LANES; l++) {
    REAL a = most->lane[l], b = v.lane[l];
    int taken = vec_above(b, a) | (!vec_above(a, b) & (at.lane[l] < where->lane[l]));
    most->lane[l] = taken ? b : a;
    where->lane[l] = taken ? at.lane[l] : where->lane[l];
  }
}
DEVFN int vec_argmax_lane(vec* most, where_vec where) {
  for (int width = LANES / 2; width > 0; width >>= 1) {
    vec v = *most;
    where_vec at = where;
    for (int l = 0; l < width; l++) {
      v.lane[l] = v.lane[l + width];
      at.lane[l] = at.lane[l + width];
    }
    vec_argmax_join(most, &where, v, at);
  }
  return where.lane[0];
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

/* The last count numbers of a line of at least LANES, in the last lanes; the others are filled. */
DEVFN vec vec_load_end(GLOBAL const REAL* p, i64 end, int count, REAL fill) {
  return vec_end(vec_load(p, end - LANES), count, fill);
}
/* The last count lanes, to the end of a line. */
DEVFN void vec_store_end(vec v, GLOBAL REAL* p, i64 end, int count) {
  REAL lane[LANES];
  vec_spread(v, lane);
  for (int l = LANES - count; l < LANES; l++) p[end - LANES + l] = lane[l];
}
/* The largest of a line of at least LANES numbers, NaNs aside; four at a time, as each maximum waits for the last. */
DEVFN REAL vec_line_highest(GLOBAL const REAL* p, i64 from, i64 length, REAL lowest) {
  vec most[4];
  UNROLL for (int v = 0; v < 4; v++) most[v] = vec_of(lowest);
  i64 r = 0;
  for (; length - r >= 4 * LANES; r += 4 * LANES) {
    UNROLL for (int v = 0; v < 4; v++) most[v] = vec_larger(most[v], vec_load(p, from + r + v * LANES));
  }
  for (; length - r >= LANES; r += LANES) most[0] = vec_larger(most[0], vec_load(p, from + r));
  most[1] = vec_larger(most[1], vec_load(p, from + length - LANES)); /* some of them again */
  return vec_highest(vec_larger(vec_larger(most[0], most[1]), vec_larger(most[2], most[3])));
}
/* The sum of a line of at least LANES numbers, in the same way. */
DEVFN REAL vec_line_sum(GLOBAL const REAL* p, i64 from, i64 length) {
  vec sum[4];
  UNROLL for (int v = 0; v < 4; v++) sum[v] = vec_of(0);
  i64 r = 0;
  for (; length - r >= 4 * LANES; r += 4 * LANES) {
    UNROLL for (int v = 0; v < 4; v++) sum[v] = sum[v] + vec_load(p, from + r + v * LANES);
  }
  for (; length - r >= LANES; r += LANES) sum[0] = sum[0] + vec_load(p, from + r);
  if (r < length) sum[1] = sum[1] + vec_load_end(p, from + length, (int)(length - r), 0);
  return vec_sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
}
/* How far on from a line the next one begins where lines follow one another, if two find room in a cache; else 0. */
DEVFN i64 vec_next_line(i64 length) { return length * sizeof(REAL) <= 16384 ? length : 0; }
