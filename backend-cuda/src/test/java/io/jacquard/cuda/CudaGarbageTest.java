package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.View;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls that were made before make no garbage: the host's collector must not stop a step. */
class CudaGarbageTest {
  private static final int CALLS = 2000;

  /** Starts nothing, and notes nothing but how much. */
  private static final class Silent extends RecordingDriver implements Rtc {
    int launches;

    @Override
    public int launch(long function, int gridX, int gridY, int gridZ, int block, int sharedBytes, long stream,
        ArgumentBlock arguments) {
      launches++;
      return 0;
    }

    @Override
    public String version() {
      return "none";
    }

    @Override
    public Compiled compile(String name, String source, List<String> options) {
      return new Compiled(name.getBytes(StandardCharsets.UTF_8), "");
    }
  }

  @Test
  void ofLaunchesAndOfProducts() {
    var driver = new Silent();
    driver.capacity = 256L << 20;
    var blas = new SilentBlas();
    try (var backend = CudaBackend.open(TestGpu.DEVICE, driver, driver, blas, "");
        var bench = new Workbench(backend)) {
      var add = Program.of(in -> in[0].add(in[1]).max(0), DType.FLOAT32, DType.FLOAT32);
      var none = new long[0];
      var a = bench.empty(DType.FLOAT32, 256, 32);
      var b = bench.empty(DType.FLOAT32, 32, 160);
      var c = new View[]{bench.empty(DType.FLOAT32, 256, 160)};
      var bias = new View[]{bench.empty(DType.FLOAT32, 256, 160)};
      var both = new View[]{c[0], bias[0]};
      var relu = new Gemm(1, 0, add);
      var noExtra = new View[0];
      Runnable work = () -> {
        for (int i = 0; i < CALLS; i++) {
          backend.map(add, none, both, c);
          backend.matmul(Gemm.PLAIN, none, a, b, noExtra, c);
          backend.matmul(relu, none, a, b, bias, c);
        }
      };
      work.run();
      assertEquals(2 * CALLS, driver.launches, "a map, and one behind the second product");
      assertEquals(2 * CALLS, blas.products);
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertTrue(least < CALLS, least + " bytes for " + 3 * CALLS + " calls");
    }
  }

  @Test
  void ofAddressesOfLate() {
    var known = new KnownAddresses<>(address -> "at " + address);
    var first = known.of(512);
    assertEquals("at 512", first);
    for (long address = 1024; address < 512 * 20; address += 512) known.of(address);
    assertSame(first, known.of(512));
    for (long address = 1024; address < 512 * 100_000; address += 512)
      assertEquals("at " + address, known.of(address));
    assertNotSame(first, known.of(512), "of many, some share a place");
  }
}
