package io.jacquard.cuda;

/** The part of cuBLAS that this backend uses: by JCuda, or by a recorder in tests. Each call gives cuBLAS's status. */
interface Blas {
  int create(long[] handle);

  int destroy(long handle);

  int setStream(long handle, long stream);

  /** Device memory for cuBLAS to work in. With memory of its own, captured graphs may share it and spoil results. */
  int setWorkspace(long handle, long address, long bytes);

  int setMathMode(long handle, int mode);

  /** One product, or a batch of products at equal distances. */
  int gemm(long handle, GemmCall call, long a, long b, long c);

  String name(int status);
}
