package io.jacquard.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.jacquard.cuda.JcudaDriver.DeviceAddress;
import io.jacquard.cuda.JcudaDriver.HostAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.runtime.cudaStream_t;

/** cuBLAS through JCuda. To be touched only after {@link JcudaNatives} has loaded its library. */
final class JcudaBlas implements Blas {
  private static final int DEFAULT_ALGORITHM = -1; // CUBLAS_GEMM_DEFAULT
  private static final int COMPUTE_64F = 70;

  private final JcudaDriver driver;
  private final Handles<cublasHandle> handles = new Handles<>();
  private final KnownAddresses<DeviceAddress> addresses = new KnownAddresses<>(DeviceAddress::new);
  /** Alpha and beta, as cuBLAS reads them. */
  private final MemorySegment scalars = Arena.ofAuto().allocate(16, 8);
  private final HostAddress alpha = new HostAddress(scalars.address());
  private final HostAddress beta = new HostAddress(scalars.address() + 8);

  JcudaBlas(JcudaDriver driver) {
    this.driver = driver;
    JCublas2.setExceptionsEnabled(false);
  }

  @Override
  public int create(long[] handle) {
    var made = new cublasHandle();
    int code = JCublas2.cublasCreate(made);
    handle[0] = handles.add(made);
    return code;
  }

  @Override
  public int destroy(long handle) {
    return JCublas2.cublasDestroy(handles.remove(handle));
  }

  @Override
  public int setStream(long handle, long stream) {
    return JCublas2.cublasSetStream(handles.get(handle), new cudaStream_t(driver.stream(stream)));
  }

  @Override
  public int setWorkspace(long handle, long address, long bytes) {
    return JCublas2.cublasSetWorkspace(handles.get(handle), new DeviceAddress(address), bytes);
  }

  @Override
  public int setMathMode(long handle, int mode) {
    return JCublas2.cublasSetMathMode(handles.get(handle), mode);
  }

  /** The forms whose names end in {@code new} are those that take a cublasComputeType. */
  @Override
  public int gemm(long handle, GemmCall call, long a, long b, long c) {
    if (call.compute() == COMPUTE_64F) {
      scalars.set(JAVA_DOUBLE, 0, call.alpha());
      scalars.set(JAVA_DOUBLE, 8, call.beta());
    } else {
      scalars.set(JAVA_FLOAT, 0, (float) call.alpha());
      scalars.set(JAVA_FLOAT, 8, (float) call.beta());
    }
    int transposeA = call.transposeA() ? 1 : 0;
    int transposeB = call.transposeB() ? 1 : 0;
    var addressA = addresses.of(a);
    var addressB = addresses.of(b);
    var addressC = addresses.of(c);
    if (call.batch() == 1)
      return JCublas2.cublasGemmEx_64_new(handles.get(handle), transposeA, transposeB, call.m(), call.n(),
          call.k(),
          alpha, addressA, call.inputs(), call.lda(), addressB, call.inputs(), call.ldb(), beta, addressC,
          call.output(),
          call.ldc(), call.compute(), DEFAULT_ALGORITHM);
    return JCublas2.cublasGemmStridedBatchedEx_64_new(handles.get(handle), transposeA, transposeB, call.m(),
        call.n(),
        call.k(), alpha, addressA, call.inputs(), call.lda(), call.strideA(), addressB, call.inputs(),
        call.ldb(),
        call.strideB(), beta, addressC, call.output(), call.ldc(), call.strideC(), call.batch(),
        call.compute(),
        DEFAULT_ALGORITHM);
  }

  @Override
  public String name(int status) {
    return JCublas2.cublasGetStatusName(status);
  }
}
