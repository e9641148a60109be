package io.jacquard.tensor;

import java.util.function.Consumer;

/**
 * Counts the multiplications of products: matrix products and convolutions, whatever they are part of. Each comes with an
 * addition, so twice as many floating-point operations.
 *
 * <pre>{@code
 * Work.counting(work -> {
 *   model.call(x);
 *   System.out.println(work.multiplyAdds());
 * });
 * }</pre>
 *
 * <p>For looking only: operations that consist of others are computed by these, not by a backend's faster path.
 */
public final class Work {
  private long multiplyAdds;

  private Work() {}

  /** Runs {@code body} and counts what this thread computes in it. */
  public static void counting(Consumer<Work> body) {
    var local = Local.get();
    var outer = local.work;
    var work = new Work();
    local.work = work;
    try {
      body.accept(work);
    } finally {
      local.work = outer;
      if (outer != null) outer.multiplyAdds += work.multiplyAdds;
    }
  }

  /** Those counted so far. */
  public long multiplyAdds() {
    return multiplyAdds;
  }

  /** @param before those counted before the op; what it consists of was counted since if nothing takes it over */
  void count(Op op, long before, Tensor[] in, Tensor[] out) {
    long own = op.multiplyAdds(Dispatch.specs(in), Dispatch.specs(out));
    if (own != 0) multiplyAdds = before + own;
  }

  /** Whether only the parts of an op count, so that it must be taken apart. */
  boolean takesApart(Op op, Tensor[] in) {
    var specs = Dispatch.specs(in);
    return op.multiplyAdds(specs, op.infer(specs)) == 0;
  }
}
