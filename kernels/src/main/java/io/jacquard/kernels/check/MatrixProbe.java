package io.jacquard.kernels.check;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a device has a {@link MatrixInstruction}: products of float16 that use it are compiled and compared with plain
 * loops, on whole numbers, so that nothing but the right result passes.
 *
 * <pre>{@code
 * var found = MatrixProbe.of(List.of(MatrixInstruction.AMD_RDNA3), instruction -> backend);
 * System.out.println(found.text());
 * }</pre>
 */
public final class MatrixProbe {
  /** No multiple of a block; the second has several sub-groups. */
  private static final int[][] SIZES = {{16, 16, 16}, {83, 45, 53}};

  private MatrixProbe() {}

  /**
   * What was found.
   *
   * @param instruction the first that passed; null for none
   * @param text why, for users: {@code amd_rdna3}, or why each of them was refused
   */
  public record Found(@Nullable MatrixInstruction instruction, String text) {}

  /**
   * @param candidates instructions that the device may have, in order
   * @param backends opens the device with products of float16 by an instruction; closed here
   */
  public static Found of(List<MatrixInstruction> candidates, Function<MatrixInstruction, Backend> backends) {
    var refused = new StringBuilder();
    for (var candidate : candidates) {
      var name = candidate.name().toLowerCase(Locale.ROOT);
      var problem = problem(candidate, backends);
      if (problem == null) return new Found(candidate, name);
      refused.append(refused.isEmpty() ? "none (" : ", ").append(name).append(' ').append(problem);
    }
    return new Found(null, refused.isEmpty() ? "none" : refused.append(')').toString());
  }

  private static @Nullable String problem(MatrixInstruction candidate,
      Function<MatrixInstruction, Backend> backends) {
    try (var backend = backends.apply(candidate); var bench = new Workbench(backend)) {
      for (var size : SIZES) {
        if (!passes(bench, size[0], size[1], size[2], false)
            || !passes(bench, size[0], size[1], size[2], true))
          return "computes wrongly";
      }
      return null;
    } catch (JacquardException _) {
      return "does not compile";
    }
  }

  private static boolean passes(Workbench bench, int m, int n, int k, boolean transposed) {
    var a = halves(bench, m, k, 7, transposed);
    var b = halves(bench, k, n, 11, transposed);
    var c = bench.empty(DType.FLOAT16, m, n);
    bench.backend().upload(MemorySegment.ofArray(new short[m * n]), c.buffer(), 0);
    bench.backend().matmul(Gemm.PLAIN, new long[0], a, b, new View[0], new View[]{c});
    var found = new short[m * n];
    bench.backend().download(c.buffer(), 0, MemorySegment.ofArray(found));
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int sum = 0;
        for (int d = 0; d < k; d++) sum += number(i * k + d, 7) * number(d * n + j, 11);
        if (found[i * n + j] != (short) DType.FLOAT16.bits((double) sum)) return false;
      }
    }
    return true;
  }

  /** Whole numbers from -2 to 2 without a pattern: halves hold all of their sums. */
  private static int number(int i, int seed) {
    return (i * 7919 + i / seed * 31) % 5 - 2;
  }

  private static View halves(Workbench bench, int rows, int columns, int seed, boolean transposed) {
    var bits = new short[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++)
        bits[transposed ? j * rows + i : i * columns + j] = (short) DType.FLOAT16
            .bits((double) number(i * columns + j, seed));
    }
    var view = transposed ? bench.empty(DType.FLOAT16, columns, rows)
        : bench.empty(DType.FLOAT16, rows, columns);
    bench.backend().upload(MemorySegment.ofArray(bits), view.buffer(), 0);
    return transposed ? Workbench.transposed(view) : view;
  }
}
