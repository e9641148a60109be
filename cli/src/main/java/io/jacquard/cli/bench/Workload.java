package io.jacquard.cli.bench;

import io.jacquard.train.Precision;

/**
 * A piece of work that is measured on several devices, on the same numbers.
 *
 * <pre>{@code
 * for (var work : Workloads.ALL) System.out.println(work.group() + ": " + work.name());
 * }</pre>
 *
 * @param group what kind it is of; groups stand together in tables and charts
 * @param name says all that there is to know about it: {@code matmul 512x512x512}
 * @param flops floating-point operations of one of it; 0 where nobody counts them
 * @param elements numbers that it must read and write at least once; 0 where nobody counts them
 * @param batch samples that it handles at once, where the same work is measured with several batch sizes; otherwise 0
 * @param products whether it is made of products, which can be computed in halves; other work is in float32 at any precision
 * @param tolerance by how much the results of two devices may differ, relative to the largest number of a result
 * @param maker prepares it
 */
public record Workload(Group group, String name, double flops, double elements, int batch, boolean products,
    double tolerance, Maker maker) {
  /** Float32 sums of some thousand terms in another order. */
  private static final double USUAL = 1e-4;
  /** A few training steps pass small differences on. */
  private static final double AFTER_STEPS = 1e-2;
  /** One or two steps in the last place of bfloat16, the coarser of the halves. */
  private static final double HALVES = 2e-2;

  /** What kind of work it is, in the order of the report. */
  public enum Group {
    LIMITS("What the device can do"), PRODUCTS("Matrix products"), MAPS("Elementwise and sums"), ROWS(
        "Softmax, norms, losses"),
    CONVOLUTIONS("Convolutions"), TRAINING("A training step"), INFERENCE(
        "Inference, with numbers on the host"),
    TRANSFERS(
        "Between host and device"),
    LAUNCHES("Overhead of a call");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }

  /** Makes the work ready on the current device, with numbers of the current generator. */
  @FunctionalInterface
  public interface Maker {
    Work make(Precision precision);
  }

  /** An operation, of which operations and numbers are counted. */
  static Workload op(Group group, String name, double flops, double elements, boolean products, Maker maker) {
    return new Workload(group, name, flops, elements, 0, products, USUAL, maker);
  }

  /** What a whole network does. */
  static Workload network(Group group, String name, int batch, Maker maker) {
    return new Workload(group, name, 0, 0, batch, true, AFTER_STEPS, maker);
  }

  /** The tolerance at a precision. */
  double tolerance(Precision precision) {
    return precision == Precision.FLOAT32 || !products ? tolerance : Math.max(tolerance, HALVES);
  }
}
