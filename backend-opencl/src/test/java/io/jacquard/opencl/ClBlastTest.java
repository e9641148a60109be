package io.jacquard.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import io.jacquard.DType;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.kernels.plan.KernelBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Matrix products beside those of CLBlast (Nugteren, IWOCL 2018; Debian: libclblast1), on the same device and queue: a
 * measurement, by {@code mvn -P measure -pl backend-opencl -am test -Dtest=ClBlastTest}. Both compute the same whole
 * numbers. On a CPU it says little about GPUs.
 */
@Tag("measure")
class ClBlastTest {
  private static final int ROW_MAJOR = 101;
  private static final int NOT_TRANSPOSED = 111;
  private static final int ROUNDS = 15;

  @SuppressWarnings("restricted") // as for OpenCL itself
  private static MethodHandle sgemm() {
    try {
      var library = SymbolLookup.libraryLookup("libclblast.so.1", Arena.global());
      return Linker.nativeLinker().downcallHandle(library.find("CLBlastSgemm").orElseThrow(),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_FLOAT,
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_FLOAT, JAVA_LONG,
              JAVA_LONG,
              JAVA_LONG, ADDRESS, ADDRESS));
    } catch (IllegalArgumentException _) {
      return abort("CLBlast (Debian: libclblast1) is not installed");
    }
  }

  @Test
  void products() throws Throwable {
    var device = TestDevice.first();
    var sgemm = sgemm();
    try (var backend = new OpenClBackend(device, 0);
        var bench = new Workbench(backend);
        var arena = Arena.ofConfined()) {
      var queue = arena.allocate(JAVA_LONG);
      queue.set(JAVA_LONG, 0, backend.queueHandle());
      for (var each : Tuner.problems(device)) {
        if (!(each instanceof ProductProblem problem)) continue;
        int m = problem.rows();
        int n = problem.columns();
        int k = problem.depth();
        var a = bench.floats(wholes(m * k), m, k);
        var b = bench.floats(wholes(k * n), k, n);
        var ours = bench.empty(DType.FLOAT32, m, n);
        var theirs = bench.empty(DType.FLOAT32, m, n);
        var tile = problem.usual(ClTuning.of(device));
        var trial = new Trial(null, a, b, ours, null);
        var way = backend.way(tile);
        double[] mine = new double[ROUNDS];
        double[] blast = new double[ROUNDS];
        for (int round = -2; round < ROUNDS; round++) { // in turn, so that what else runs disturbs both
          long start = System.nanoTime();
          way.compute(trial);
          backend.synchronize();
          long between = System.nanoTime();
          int status = (int) sgemm.invokeExact(ROW_MAJOR, NOT_TRANSPOSED, NOT_TRANSPOSED, (long) m, (long) n,
              (long) k, 1f,
              KernelBuffer.handle(a), 0L, (long) k, KernelBuffer.handle(b), 0L, (long) n, 0f,
              KernelBuffer.handle(theirs),
              0L,
              (long) n, queue, MemorySegment.NULL);
          assertEquals(0, status, "CLBlast's status");
          backend.synchronize();
          if (round < 0) continue;
          mine[round] = between - start;
          blast[round] = System.nanoTime() - between;
        }
        assertArrayEquals(bench.floats(theirs), bench.floats(ours));
        Arrays.sort(mine);
        Arrays.sort(blast);
        System.out.printf(Locale.ROOT, "%s: %.1f GFLOP/s, CLBlast %.1f (medians of %d)%n", problem,
            problem.operations() / mine[ROUNDS / 2], problem.operations() / blast[ROUNDS / 2], ROUNDS);
      }
    }
  }

  private static float[] wholes(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (i * 7919 + i / 7 * 31) % 13 - 6;
    return values;
  }
}
