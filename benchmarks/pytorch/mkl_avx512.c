/* Preloaded, it makes Intel's MKL take its AVX-512 paths on processors of other makers: cc -shared -fPIC. */
int mkl_serv_intel_cpu_true(void) { return 1; }
