package io.jacquard.cuda;

import io.jacquard.DType;
import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.kernels.plan.KernelBackend;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.Captured;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Operation;
import io.jacquard.spi.Mailbox;
import io.jacquard.spi.View;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs tensors on an NVIDIA GPU: its {@link CudaQueue} and {@link CudaCompiler} serve the planners of {@link KernelBackend},
 * and cuBLAS multiplies what it can.
 */
final class CudaBackend extends KernelBackend {
  private static final int GROUP = 256;
  /** Samples may take the fourth part of the memory that is free: the rest is for the training itself. */
  private static final int SAMPLES_SHARE = 4;
  /** What every GPU gives a group without being asked for more. */
  private static final long SHARED_MEMORY = 48 << 10;

  /** The first generation whose matrix instructions take bfloat16 and TF32: sm_80. */
  private static final int TENSOR_CORES = 8;
  /**
   * From so many elements of the result on cuBLAS multiplies, though a map must follow. A guess: where the two meet was not
   * measured on any GPU, so whoever has one should.
   */
  private static final long CUBLAS_FROM = 1 << 15;
  /** What is narrower gives cuBLAS's tiles little to do; a guess, too. */
  private static final long NARROW = 16;

  private final DeviceInfo info;
  private final CudaQueue queue;
  private final CudaCompiler compiler;
  private final @Nullable CudaBlas blas;
  private View[] operands = {};

  /**
   * @param blas null where cuBLAS was not found: then our own kernels multiply
   * @param details what was found on the way to this device
   */
  static CudaBackend open(CudaDevice device, Driver driver, Rtc rtc, @Nullable Blas blas, String details) {
    var info = info(device, details, blas != null);
    var queue = new CudaQueue(driver, device, info.name());
    // No kernel with matrix instructions is shipped: PTX for sm_75 cannot name them.
    var matrix = device.major() >= TENSOR_CORES && rtc.makesMachineCode() ? MatrixInstruction.NVIDIA : null;
    return new CudaBackend(info, queue, new CudaCompiler(queue, rtc), matrix,
        blas == null ? null : new CudaBlas(queue, blas, MathPolicy.FLOAT32));
  }

  private CudaBackend(DeviceInfo info, CudaQueue queue, CudaCompiler compiler,
      @Nullable MatrixInstruction matrix,
      @Nullable CudaBlas blas) {
    super(compiler, queue, queue.complaints(),
        new Tuning(GROUP, GROUP, SHARED_MEMORY, false, null, true).with(matrix));
    this.info = info;
    this.queue = queue;
    this.compiler = compiler;
    this.blas = blas;
  }

  /**
   * What users are told of a GPU.
   *
   * @param cublas whether it was found, which alone multiplies in TF32
   */
  static DeviceInfo info(CudaDevice device, String details, boolean cublas) {
    return new DeviceInfo(CudaProvider.NAME, device.ordinal(), device.description(), 0, true,
        Set.of(DType.BFLOAT16, DType.FLOAT16), device.memory(), details, cublas && device.hasTf32());
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  /** How exactly our own convolutions and attention of float32 are computed from now on. */
  void math(MathPolicy policy) {
    tf32(policy == MathPolicy.TF32, policy == MathPolicy.TF32);
  }

  @Override
  public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    if (blas == null || !byBlas(blas, how, params, a, b, extra, out))
      super.matmul(how, params, a, b, extra, out);
  }

  /** False where our own kernel must multiply, or does so with its epilogue in one launch that is worth two. */
  private boolean byBlas(CudaBlas blas, Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    var c = out[0];
    if (a.numel() == 0 || b.numel() == 0) return false;
    var epilogue = how.epilogue();
    if (epilogue == null) return blas.multiply(how.alpha(), how.beta(), a, b, c);
    var sum = sum(how, a.dtype(), c);
    if (sum == null || isOurs(a, b, c) || !blas.multiply(how.alpha(), how.beta(), a, b, sum)) return false;
    map(epilogue, params, behind(sum, extra), out);
    return true;
  }

  /** What a map reads behind a product, in an array that serves again. */
  private View[] behind(View sum, View[] extra) {
    if (operands.length != 1 + extra.length) operands = new View[1 + extra.length];
    operands[0] = sum;
    System.arraycopy(extra, 0, operands, 1, extra.length);
    return operands;
  }

  /** Where the sum goes that an epilogue reads: into the result, or apart from one that would round it; null for neither. */
  private @Nullable View sum(Gemm how, DType inputs, View c) {
    var type = inputs.computeType();
    if (c.dtype() == type) return c;
    if (how.beta() != 0) return null;
    return new View(scratch(c.numel() * type.bytes()), type, Layout.contiguous(c.shape()));
  }

  /** Whether our own kernel multiplies and does what follows in one launch, where cuBLAS would need a map behind it. */
  private static boolean isOurs(View a, View b, View c) {
    return c.numel() < CUBLAS_FROM || a.shape().size(-2) < NARROW / 2 || b.shape().size(-1) < NARROW
        || a.shape().size(-1) < NARROW;
  }

  /** Convolutions with a window of one element are cuBLAS's. */
  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    return blas != null && PointwiseConvolutions.run(this, op, in, out) || super.run(op, in, out);
  }

  /** As a graph; not while each launch is waited for, so that an error still names its kernel. */
  @Override
  public Optional<Captured> capture(Runnable work) {
    if (queue.isSynchronous()) return Optional.empty();
    try {
      return Optional.of(new CudaGraph(queue, work));
    } catch (NotCaptured e) {
      System.err.println(e.getMessage() + " The step is launched kernel by kernel.");
      return Optional.empty();
    }
  }

  @Override
  public boolean allowTf32(boolean allowed) {
    if (blas == null || !info.tf32()) return false;
    var policy = allowed ? MathPolicy.TF32 : MathPolicy.FLOAT32;
    math(policy);
    return blas.policy(policy) == MathPolicy.TF32;
  }

  @Override
  public boolean namesOperations() {
    return queue.isSynchronous();
  }

  @Override
  public long spareBytes() {
    return queue.freeBytes() / SAMPLES_SHARE;
  }

  /** None while each launch is waited for: then the host hears of each step at once. */
  @Override
  public Optional<Mailbox> mailbox() {
    return queue.isSynchronous() ? Optional.empty() : Optional.of(new CudaMailbox(queue));
  }

  /** Bytes of device memory that are in use, what kernels use for themselves included. */
  long usedBytes() {
    return queue.usedBytes();
  }

  @Override
  public void close() {
    if (queue.isLost()) return;
    super.close();
    if (blas != null) blas.close();
    compiler.close();
    queue.close();
  }
}
