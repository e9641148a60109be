/*
 * One dialect, two compilers: OpenCL C 1.2, and CUDA C++ (nvcc, or NVRTC without headers). kernels/README.md explains it.
 *
 * HAVE_F64 is defined by the host where the device computes in float64.
 */
#ifndef __CUDACC__ /* ------------------------------------------------------------------------ OpenCL C */

#pragma OPENCL FP_CONTRACT OFF /* a*b + c is fused only where a kernel says FMA */
#ifdef HAVE_F64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

typedef long i64;
typedef ulong u64;
typedef uint u32;
typedef ushort u16;
typedef uchar u8;

#define KERNEL __kernel
#define DEVFN static inline __attribute__((always_inline)) /* in a function that is called, PoCL mixes items of threads up */
#define GLOBAL __global    /* qualifies pointers to device memory */
#define LOCAL __local      /* declares an array shared by a work-group, in a kernel's outermost block */
#define ALIGNED(n) __attribute__((aligned(n)))
#define LOCALPTR __local   /* qualifies pointers to such an array */
#define RESTRICT restrict
#define GROUP_SIZE(x) __attribute__((reqd_work_group_size(x, 1, 1)))
#define LID ((int)get_local_id(0))
#define GRID(d) get_group_id(d)
#define BARRIER() barrier(CLK_LOCAL_MEM_FENCE)
#define BARRIER_ALL() barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE) /* for device memory, too */

#define F32(name) name
#define F64(name) name
#define FMA(a, b, c) fma(a, b, c)
#ifdef ON_CPU /* PoCL's mul_hi multiplies halves of 16 bits */
#define MULHI(a, b) ((u32)(((u64)(u32)(a) * (u32)(b)) >> 32))
#else
#define MULHI(a, b) mul_hi((u32)(a), (u32)(b))
#endif
#define BITS_F32(u) as_float((u32)(u))
#define F32_BITS(f) as_uint(f)
#define BITS_F64(u) as_double((u64)(u))

#else /* ------------------------------------------------------------------------------------------ CUDA C++ */

typedef long long i64;
typedef unsigned long long u64;
typedef unsigned int u32;
typedef unsigned short u16;
typedef unsigned char u8;

#define HAVE_F64
#define KERNEL extern "C" __global__
#define DEVFN static __device__ __forceinline__
#define GLOBAL
#define LOCAL __shared__
#define ALIGNED(n) __align__(n)
#define LOCALPTR
#define RESTRICT __restrict__
#define GROUP_SIZE(x) __launch_bounds__(x, 1) /* without the 1, ptxas spills to have more groups at once */
#define LID ((int)threadIdx.x)
#define GRID(d) ((d) == 0 ? blockIdx.x : (d) == 1 ? blockIdx.y : blockIdx.z)
#define BARRIER() __syncthreads()
#define BARRIER_ALL() __syncthreads()

#define F32(name) name##f
#define F64(name) name
#define FMA(a, b, c) fma(a, b, c) /* CUDA C++ overloads it, as OpenCL does */
#define MULHI(a, b) __umulhi((u32)(a), (u32)(b))
#define BITS_F32(u) __uint_as_float((u32)(u))
#define F32_BITS(f) __float_as_uint(f)
#define BITS_F64(u) __longlong_as_double((i64)(u))

#endif /* ------------------------------------------------------------------------------------------ common */

/* Before a loop of fixed length over an array of registers: compilers that do not unroll it keep the array in memory. */
#define UNROLL _Pragma("unroll")
/* Before a loop whose turns do not depend on one another, whatever pointers may hide: it may become vectors. */
#ifdef __clang__
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety) vectorize_width(16)")
#else
#define INDEPENDENT
#endif

/* Of a kernel with such loops, for CPUs: vectors of 64 bytes, where the processor has them and its compiler would rather not. */
#define WIDE_VECTORS
#if defined(ON_CPU) && defined(__has_attribute)
#if __has_attribute(min_vector_width)
#undef WIDE_VECTORS
#define WIDE_VECTORS __attribute__((min_vector_width(512)))
#endif
#endif

#define I32_MAX 2147483647
#define I32_MIN (-2147483647 - 1)
#define I64_MAX 9223372036854775807L
#define I64_MIN (-9223372036854775807L - 1)

/* n / d for 0 <= n < 2^31, by a multiplier and a shift that the host found (kernels: Divisor). */
DEVFN int divide_int(int n, int multiplier, int shift) {
  return (int)((MULHI(n, multiplier) + (u32)n) >> shift);
}

/* A grid may be large in its first dimension alone; the host exchanges that with another one where it must. */
#ifdef EXCHANGED
#define GROUP(d) ((i64)GRID((d) == 0 ? EXCHANGED : (d) == EXCHANGED ? 0 : (d)))
#else
#define GROUP(d) ((i64)GRID(d))
#endif
