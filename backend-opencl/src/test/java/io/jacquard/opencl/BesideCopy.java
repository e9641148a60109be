package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.expr.Scalar;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Times kernels in turns with a plain copy of a tensor: copy, kernel, copy, kernel, so that what else the machine does meets both.
 * A kernel's share is taken against the copies just before and after it; of all turns the median counts, and the quartiles say how
 * far they lie apart.
 *
 * <pre>{@code
 * var large = new BesideCopy(device, 256 << 20, peak);
 * large.line("relu", 2, 1, () -> List.of(large.x().relu()));
 * }</pre>
 */
final class BesideCopy {
  static final long COLUMNS = 1024;
  private static final int TURNS = 9;
  /** What a turn lasts at least: short kernels are started several times, so that waiting for them does not count. */
  private static final double TURN_SECONDS = 3e-3;

  private final Device device;
  private final Tensor x;
  private final double peak;
  private final int copies;

  /** @param peak operations a second of the device, as {@link #peak} finds them */
  BesideCopy(Device device, long bytes, double peak) {
    this.device = device;
    this.peak = peak;
    x = Tensor.arange(bytes / 4).to(DType.FLOAT32).sin().reshape(Shape.of(bytes / 4 / COLUMNS, COLUMNS));
    copies = runs(device, this::copy);
  }

  /** What all is measured with: float32, rows of {@link #COLUMNS}. */
  Tensor x() {
    return x;
  }

  private List<Tensor> copy() {
    return List.of(x.add(0f));
  }

  /**
   * Times and prints one.
   *
   * @param tensors bytes that must move, each input and each result once, in units of {@link #x}
   * @param operations additions and multiplications for each element of {@link #x}, a fused one counting as two; what compares, chooses
   *        and moves bits is not among them
   */
  void line(String name, double tensors, double operations, Supplier<List<Tensor>> work) {
    int times = runs(device, work);
    var shares = new double[TURNS];
    var own = new double[TURNS];
    var plain = new double[TURNS];
    double before = seconds(device, copies, this::copy);
    for (int turn = 0; turn < TURNS; turn++) {
      double mine = seconds(device, times, work);
      double after = seconds(device, copies, this::copy);
      plain[turn] = (before + after) / 2;
      own[turn] = mine;
      shares[turn] = 50 * tensors * plain[turn] / mine;
      before = after;
    }
    double bytes = 4.0 * x.numel();
    Arrays.sort(shares);
    double seconds = median(own);
    System.out.printf(Locale.ROOT, "%-26s %6.1f GB/s of %5.1f: %3.0f %% (%3.0f to %3.0f)%s%n", name,
        tensors * bytes / seconds * 1e-9, 2 * bytes / median(plain) * 1e-9, shares[TURNS / 2],
        shares[TURNS / 4], shares[TURNS - 1 - TURNS / 4],
        operations == 0 ? "" : arithmetic(operations * x.numel() / seconds));
  }

  private String arithmetic(double operations) {
    return String.format(Locale.ROOT, "  %6.1f GFLOP/s, %2.0f %% of the peak", operations * 1e-9,
        100 * operations / peak);
  }

  private static double median(double[] times) {
    var sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** How often to start it in a turn; it is compiled then. */
  private static int runs(Device device, Supplier<List<Tensor>> work) {
    seconds(device, 1, work);
    double once = Math.min(seconds(device, 1, work), seconds(device, 1, work));
    return Math.clamp((long) (TURN_SECONDS / once), 1, 1000);
  }

  /** Seconds for one of so many runs. */
  private static double seconds(Device device, int times, Supplier<List<Tensor>> work) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      try (var _ = Scope.open()) {
        Objects.requireNonNull(work.get());
      }
    }
    device.backend().synchronize();
    return (System.nanoTime() - start) * 1e-9 / times;
  }

  /** Operations a second of {@code work}, in the median. */
  static double rate(Device device, double operations, Supplier<List<Tensor>> work) {
    int times = runs(device, work);
    var turns = new double[TURNS];
    for (int turn = 0; turn < TURNS; turn++) turns[turn] = seconds(device, times, work);
    return operations / median(turns);
  }

  /** What the device's arithmetic can reach: fused multiply-adds of numbers that stay in registers, in the fastest of some runs. */
  static double peak(Device device) {
    var x = Tensor.ones(1 << 18).mul(0.5);
    double best = 0;
    for (int i = 0; i < 3; i++)
      best = Math.max(best, rate(device, 2.0 * CHAINS * LENGTH * x.numel(),
          () -> List.of(Tensor.apply(MULTIPLY_ADDS.on(x.dtype()), x)[0])));
    return best;
  }

  private static final int CHAINS = 4;
  private static final int LENGTH = 9;
  /** Chains side by side: one alone would wait for each of its results. */
  private static final ScalarFunction MULTIPLY_ADDS = ScalarFunction.of("multiply_adds", in -> {
    var chains = new Scalar[CHAINS];
    for (int c = 0; c < CHAINS; c++) chains[c] = in[0].mul(c + 1);
    for (int i = 0; i < LENGTH; i++) {
      for (int c = 0; c < CHAINS; c++) chains[c] = chains[c].mul(in[0]).add(in[0]);
    }
    var sum = chains[0];
    for (int c = 1; c < CHAINS; c++) sum = sum.add(chains[c]);
    return sum;
  });
}
