package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.spi.Backend;
import io.jacquard.spi.View;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a launch costs the host: a measurement, on a quiet machine, by {@code mvn -P measure -pl backend-opencl -am test}.
 * Once with a driver that does nothing, so that what is left is Jacquard's own, once with one that only takes arguments, and once
 * with all of the driver's share.
 */
@Tag("measure")
class LaunchCostTest {
  private static final int LAUNCHES = 2_000;
  private static final int ROUNDS = 200;

  /** Takes calls, and does nothing about those that it is told to leave out. */
  private static final class Nothing extends Cl {
    private boolean arguments = true;
    private boolean launches = true;

    @Override
    int setKernelArg(long kernel, int index, long size, long address) {
      return arguments ? super.setKernelArg(kernel, index, size, address) : 0;
    }

    @Override
    int enqueueKernel(long queue, long kernel, int dimensions, long global, long local, long event) {
      return launches ? super.enqueueKernel(queue, kernel, dimensions, global, local, event) : 0;
    }

    @Override
    int flush(long queue) {
      return launches ? super.flush(queue) : 0;
    }
  }

  @Test
  void launches() {
    var device = TestDevice.first();
    var cl = new Nothing();
    try (var backend = new OpenClBackend(device, 0, ClTuning.of(device), cl, null);
        var bench = new Workbench(backend)) {
      var program = Program.of(v -> v[0].mul(v[1]).add(v[1]), DType.FLOAT32, DType.FLOAT32);
      var params = new long[0];
      // Buffers alternate as those of a training step do: each launch sets three arguments anew.
      var x = new View[4][];
      var y = new View[4][];
      for (int i = 0; i < 4; i++) {
        x[i] = new View[]{bench.empty(DType.FLOAT32, 64), bench.empty(DType.FLOAT32, 64)};
        y[i] = new View[]{bench.empty(DType.FLOAT32, 64)};
      }
      Runnable work = () -> {
        for (int i = 0; i < LAUNCHES; i++) backend.map(program, params, x[i & 3], y[i & 3]);
      };
      work.run();
      backend.synchronize();
      cl.arguments = false;
      cl.launches = false;
      report("Jacquard's own", backend, work);
      cl.arguments = true;
      report("with its arguments set by the driver", backend, work);
      cl.launches = true;
      report("started by the driver, " + device.version(), backend, work);
    }
  }

  private static void report(String what, Backend backend, Runnable work) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var nanos = new double[ROUNDS];
    long garbage = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long heap = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      work.run();
      nanos[round] = (System.nanoTime() - start) / (double) LAUNCHES;
      garbage = threads.getCurrentThreadAllocatedBytes() - heap;
      backend.synchronize();
    }
    Arrays.sort(nanos);
    System.out.printf(Locale.ROOT,
        "A launch, %s: median %.0f ns, best %.0f ns, %.2f bytes of the Java heap%n", what,
        nanos[ROUNDS / 2], nanos[0], garbage / (double) LAUNCHES);
    assertTrue(nanos[0] > 0);
  }
}
