package io.jacquard.cuda;

/**
 * A product as cuBLAS computes it: C = alpha * op(A) * op(B) + beta * C, where all matrices lie column by column. op(A) has m
 * rows and k columns, op(B) has n columns.
 *
 * @param lda elements from a column of A to the next
 * @param strideA elements from an A to the next; 0 if all products share one
 * @param batch the number of products
 * @param inputs the type of A and B, a cudaDataType
 * @param output the type of C
 * @param compute a cublasComputeType
 */
record GemmCall(boolean transposeA, boolean transposeB, long m, long n, long k, double alpha, long lda,
    long strideA,
    long ldb, long strideB, double beta, long ldc, long strideC, long batch, int inputs, int output,
    int compute) {}
