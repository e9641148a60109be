/*
 * The built-in functions of OpenCL C that these kernels call, for a compiler that was told to leave its own header out: PoCL reads
 * 18,000 lines of it anew for each kernel, which takes longer than all of ours. The host defines FEW_BUILTINS where it tells it so.
 */
#ifdef FEW_BUILTINS
#define BUILTIN __attribute__((overloadable))
#define PURE BUILTIN __attribute__((const))

size_t PURE get_local_id(uint);
size_t PURE get_group_id(uint);
void BUILTIN __attribute__((convergent)) barrier(cl_mem_fence_flags);
uint PURE mul_hi(uint, uint);
float BUILTIN __attribute__((pure)) vload_half(size_t, const __private half*);
void BUILTIN vstore_half_rte(float, size_t, __private half*);

#define FUNCTIONS(T) \
  T PURE fabs(T); T PURE floor(T); T PURE ceil(T); T PURE rint(T); T PURE trunc(T); T PURE exp(T); T PURE expm1(T); \
  T PURE log(T); T PURE log1p(T); T PURE sin(T); T PURE cos(T); T PURE sqrt(T); T PURE tanh(T); T PURE erf(T); \
  T PURE pow(T, T); T PURE copysign(T, T); T PURE fma(T, T, T);
#define VECTOR_ACCESS(T, n, space) \
  T##n BUILTIN __attribute__((pure)) vload##n(size_t, const space T*); void BUILTIN vstore##n(T##n, size_t, space T*);
#define VECTORS(T, n) VECTOR_ACCESS(T, n, __global) VECTOR_ACCESS(T, n, __local) VECTOR_ACCESS(T, n, __private)

FUNCTIONS(float)
float16 PURE exp(float16);
float16 PURE fma(float16, float16, float16);
VECTORS(float, 16)
VECTORS(uint, 4)
#ifdef HAVE_F64
FUNCTIONS(double)
double8 PURE exp(double8);
double8 PURE fma(double8, double8, double8);
VECTORS(double, 8)
#endif
#endif
