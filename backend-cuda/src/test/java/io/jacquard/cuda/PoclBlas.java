package io.jacquard.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** cuBLAS's products as plain loops over columns, in the memory and in the order of a {@link RecordingDriver}. */
@SuppressWarnings("restricted") // tests run with native access
final class PoclBlas implements Blas {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final int FLOAT64 = 1;

  private final RecordingDriver driver;
  int products;

  PoclBlas(RecordingDriver driver) {
    this.driver = driver;
  }

  @Override
  public int create(long[] handle) {
    handle[0] = 1;
    return 0;
  }

  @Override
  public int destroy(long handle) {
    return 0;
  }

  @Override
  public int setStream(long handle, long stream) {
    return 0;
  }

  @Override
  public int setWorkspace(long handle, long address, long bytes) {
    return 0;
  }

  @Override
  public int setMathMode(long handle, int mode) {
    return 0;
  }

  @Override
  public int gemm(long handle, GemmCall call, long a, long b, long c) {
    products++;
    int bytes = call.inputs() == FLOAT64 ? 8 : 4;
    driver.enqueue(() -> {
      for (long i = 0; i < call.batch(); i++)
        multiply(call, a + i * call.strideA() * bytes, b + i * call.strideB() * bytes,
            c + i * call.strideC() * bytes);
    });
    return 0;
  }

  private static void multiply(GemmCall call, long a, long b, long c) {
    boolean twofold = call.inputs() == FLOAT64;
    var left = new double[Math.toIntExact(call.k())];
    for (long row = 0; row < call.m(); row++) {
      for (int k = 0; k < left.length; k++)
        left[k] = get(a, call.transposeA() ? row * call.lda() + k : k * call.lda() + row, twofold);
      for (long column = 0; column < call.n(); column++) {
        double sum = 0;
        for (int k = 0; k < left.length; k++)
          sum += left[k]
              * get(b, call.transposeB() ? k * call.ldb() + column : column * call.ldb() + k, twofold);
        long at = column * call.ldc() + row;
        double before = call.beta() == 0 ? 0 : call.beta() * get(c, at, twofold);
        put(c, at, twofold, call.alpha() * sum + before);
      }
    }
  }

  private static double get(long address, long at, boolean twofold) {
    return twofold ? ALL.get(ValueLayout.JAVA_DOUBLE, address + 8 * at)
        : ALL.get(ValueLayout.JAVA_FLOAT, address + 4 * at);
  }

  private static void put(long address, long at, boolean twofold, double value) {
    if (twofold)
      ALL.set(ValueLayout.JAVA_DOUBLE, address + 8 * at, value);
    else
      ALL.set(ValueLayout.JAVA_FLOAT, address + 4 * at, (float) value);
  }

  @Override
  public String name(int status) {
    return "CUBLAS_STATUS_" + status;
  }
}
