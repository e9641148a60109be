package io.jacquard.cuda;

import io.jacquard.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;

/** cuBLAS's products as plain loops over columns, in the memory and in the order of a {@link RecordingDriver}. */
@SuppressWarnings("restricted") // tests run with native access
final class PoclBlas extends SilentBlas {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final int FLOAT32 = 0; // cudaDataType
  private static final int FLOAT64 = 1;
  private static final int FLOAT16 = 2;

  private final RecordingDriver driver;
  /** The last product's cublasComputeType. */
  int compute;
  /** The types that were multiplied, each a cudaDataType. */
  final Set<Integer> inputs = new HashSet<>();

  PoclBlas(RecordingDriver driver) {
    this.driver = driver;
  }

  @Override
  public int gemm(long handle, GemmCall call, long a, long b, long c) {
    super.gemm(handle, call, a, b, c);
    compute = call.compute();
    inputs.add(call.inputs());
    int in = bytes(call.inputs());
    int out = bytes(call.output());
    driver.enqueue(() -> {
      for (long i = 0; i < call.batch(); i++)
        multiply(call, a + i * call.strideA() * in, b + i * call.strideB() * in,
            c + i * call.strideC() * out);
    });
    return 0;
  }

  private static void multiply(GemmCall call, long a, long b, long c) {
    int in = call.inputs();
    int out = call.output();
    var left = new double[Math.toIntExact(call.k())];
    for (long row = 0; row < call.m(); row++) {
      for (int k = 0; k < left.length; k++)
        left[k] = get(a, call.transposeA() ? row * call.lda() + k : k * call.lda() + row, in);
      for (long column = 0; column < call.n(); column++) {
        double sum = 0;
        for (int k = 0; k < left.length; k++)
          sum += left[k]
              * get(b, call.transposeB() ? k * call.ldb() + column : column * call.ldb() + k, in);
        long at = column * call.ldc() + row;
        double before = call.beta() == 0 ? 0 : call.beta() * get(c, at, out);
        put(c, at, out, call.alpha() * sum + before);
      }
    }
  }

  private static int bytes(int type) {
    return type == FLOAT64 ? 8 : type == FLOAT32 ? 4 : 2;
  }

  private static double get(long address, long at, int type) {
    long place = address + bytes(type) * at;
    return switch (type) {
      case FLOAT64 -> ALL.get(ValueLayout.JAVA_DOUBLE, place);
      case FLOAT32 -> ALL.get(ValueLayout.JAVA_FLOAT, place);
      case FLOAT16 -> Float.float16ToFloat(ALL.get(ValueLayout.JAVA_SHORT, place));
      default -> Float.intBitsToFloat(ALL.get(ValueLayout.JAVA_SHORT, place) << 16);
    };
  }

  private static void put(long address, long at, int type, double value) {
    long place = address + bytes(type) * at;
    switch (type) {
      case FLOAT64 -> ALL.set(ValueLayout.JAVA_DOUBLE, place, value);
      case FLOAT32 -> ALL.set(ValueLayout.JAVA_FLOAT, place, (float) value);
      case FLOAT16 -> ALL.set(ValueLayout.JAVA_SHORT, place, Float.floatToFloat16((float) value));
      default -> ALL.set(ValueLayout.JAVA_SHORT, place, (short) DType.BFLOAT16.bits(value));
    }
  }
}
