package io.jacquard.cuda;

import io.jacquard.JacquardException;
import io.jacquard.kernels.plan.Plans;
import io.jacquard.spi.View;
import org.jspecify.annotations.Nullable;

/** cuBLAS on a queue's stream, with a workspace of ours. */
final class CudaBlas implements AutoCloseable {
  /** NVIDIA's advice: 32 MiB from compute capability 9.0 on, 4 MiB before. */
  private static final long WORKSPACE = 4L << 20;
  private static final long WORKSPACE_HOPPER = 32L << 20;

  /** What errors call a product. */
  private static final String GEMM = "cuBLAS's product";

  private final CudaQueue queue;
  private final Blas blas;
  private MathPolicy policy;
  private final Plans<Known> plans = new Plans<>();
  private final long handle;
  private final CudaBuffer workspace;

  /** What is known of products like one before; no plan is for those that cuBLAS does not know. */
  private record Known(@Nullable GemmPlan plan) {}

  CudaBlas(CudaQueue queue, Blas blas, MathPolicy policy) {
    this.queue = queue;
    this.blas = blas;
    this.policy = policy;
    queue.enter();
    var made = new long[1];
    check(blas.create(made), "making a handle");
    handle = made[0];
    workspace = queue.allocate(queue.device().major() >= 9 ? WORKSPACE_HOPPER : WORKSPACE);
    check(blas.setStream(handle, queue.stream()), "setting the stream");
    check(blas.setWorkspace(handle, workspace.address(), workspace.bytes()), "setting the workspace");
    check(blas.setMathMode(handle, policy.mode), "setting the math mode");
  }

  /** How products of float32 are computed from now on; returns how they were before. */
  MathPolicy policy(MathPolicy next) {
    var before = policy;
    if (next == before) return before;
    queue.enter();
    check(blas.setMathMode(handle, next.mode), "setting the math mode");
    policy = next;
    return before;
  }

  /** Computes {@code c = alpha * a.b + beta * c}; false where cuBLAS does not know the type or the layout. */
  boolean multiply(double alpha, double beta, View a, View b, View c) {
    if (c.numel() == 0) return true;
    plans.key().add(policy.ordinal()).add(Double.doubleToRawLongBits(alpha))
        .add(Double.doubleToRawLongBits(beta)).addPlaceless(a).addPlaceless(b).addPlaceless(c);
    var known = plans.find(null);
    if (known == null) known = plans.add(null, new Known(GemmPlan.of(alpha, beta, a, b, c, policy)));
    if (known.plan == null) return false;
    run(known.plan, a, b, c);
    return true;
  }

  /** As {@link #multiply}, by a plan that was made for views of these layouts. */
  void run(GemmPlan plan, View a, View b, View c) {
    queue.enter();
    long addressA = CudaBuffer.address(a);
    long addressB = CudaBuffer.address(b);
    long addressC = CudaBuffer.address(c);
    int bytesIn = a.dtype().bytes();
    for (int i = 0; i < plan.starts().size(); i++) {
      var start = plan.starts().get(i);
      long first = addressA + start[0] * bytesIn;
      long second = addressB + start[1] * bytesIn;
      int code = blas.gemm(handle, plan.call(), plan.swapped() ? second : first,
          plan.swapped() ? first : second,
          addressC + start[2] * c.dtype().bytes());
      if (code != 0) check(code, "matmul of " + a.spec() + " and " + b.spec());
      queue.started(GEMM);
    }
  }

  private void check(int code, String doing) {
    if (code != 0)
      throw new JacquardException("cuBLAS failed on " + queue.name() + " at " + doing + " with "
          + blas.name(code) + ".");
  }

  @Override
  public void close() {
    if (queue.isLost()) return;
    queue.enter();
    check(blas.destroy(handle), "destroying the handle");
    queue.free(workspace);
  }
}
