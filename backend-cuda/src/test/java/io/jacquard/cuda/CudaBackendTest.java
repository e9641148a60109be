package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.spi.DeviceLost;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.View;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is CUDA's own beside launches: which products are cuBLAS's, large grids, opening and losing a device. */
class CudaBackendTest {
  private static final Program BIAS = Program.of(in -> in[0].add(in[1]).max(0), DType.FLOAT32, DType.FLOAT32);

  /** Small whole numbers. */
  private static float[] numbers(int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) values[i] = i * 7919 % 11 - 5;
    return values;
  }

  private static float[] product(float[] a, float[] b, int rows, int depth, int columns, float bias) {
    var c = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float sum = bias;
        for (int k = 0; k < depth; k++) sum += a[i * depth + k] * b[k * columns + j];
        c[i * columns + j] = sum;
      }
    }
    return c;
  }

  private static float[] relu(float[] values) {
    for (int i = 0; i < values.length; i++) values[i] = Math.max(0, values[i]);
    return values;
  }

  /** Multiplies, with a bias and ReLU behind it if so wished. */
  private static float[] multiply(TestGpu gpu, int rows, int depth, int columns, boolean epilogue) {
    try (var bench = new Workbench(gpu.backend)) {
      var a = bench.floats(numbers(rows * depth), rows, depth);
      var b = bench.floats(numbers(depth * columns), depth, columns);
      var bias = bench.floats(filled(rows * columns, 2), rows, columns);
      var c = bench.empty(DType.FLOAT32, rows, columns);
      gpu.backend.matmul(epilogue ? new Gemm(1, 0, BIAS) : Gemm.PLAIN, new long[0], a, b,
          epilogue ? new View[]{bias} : new View[0], new View[]{c});
      return bench.floats(c);
    }
  }

  private static float[] filled(int count, float value) {
    var values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void cublasMultipliesAndAMapDoesTheRestOfLargeOnes() {
    var gpu = TestGpu.withBlas();
    var expected = product(numbers(20 * 30), numbers(30 * 40), 20, 30, 40, 0);
    assertArrayEquals(expected, multiply(gpu, 20, 30, 40, false));
    assertEquals(1, gpu.blas.products);
    assertArrayEquals(relu(product(numbers(20 * 30), numbers(30 * 40), 20, 30, 40, 2)),
        multiply(gpu, 20, 30, 40, true));
    assertEquals(1, gpu.blas.products, "one launch of ours does a small one with its bias");
    assertArrayEquals(relu(product(numbers(256 * 32), numbers(32 * 160), 256, 32, 160, 2)),
        multiply(gpu, 256, 32, 160, true));
    assertEquals(2, gpu.blas.products);
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"BFLOAT16", "FLOAT16"})
  void halvesAreMultipliedAsTheyLie(DType type) {
    var bias = Program.of(in -> in[0].add(in[1]).max(0).to(type), DType.FLOAT32, type);
    for (boolean large : new boolean[]{false, true}) {
      int rows = large ? 256 : 20;
      int columns = large ? 160 : 40;
      var gpu = TestGpu.withBlas();
      try (var bench = new Workbench(gpu.backend)) {
        var signs = numbers(rows * 16);
        for (int i = 0; i < signs.length; i++) signs[i] = Math.signum(signs[i]);
        var a = converted(bench, type, signs, rows, 16);
        var b = converted(bench, type, numbers(16 * columns), 16, columns);
        var two = converted(bench, type, filled(rows * columns, 2), rows, columns);
        var c = bench.empty(type, rows, columns);
        gpu.backend.matmul(new Gemm(1, 0, bias), new long[0], a, b, new View[]{two}, new View[]{c});
        assertEquals(large ? 1 : 0, gpu.blas.products);
        // The sums are whole numbers below 256, which halves hold.
        assertArrayEquals(relu(product(signs, numbers(16 * columns), rows, 16, columns, 2)),
            bench.floats(converted(bench, c, DType.FLOAT32)));
      }
    }
  }

  private static View converted(Workbench bench, DType type, float[] values, long... sizes) {
    return converted(bench, bench.floats(values, sizes), type);
  }

  private static View converted(Workbench bench, View view, DType type) {
    var other = bench.empty(type, view.shape().sizes());
    bench.backend().map(Program.of(in -> in[0].to(type), view.dtype()), new long[0], new View[]{view},
        new View[]{other});
    return other;
  }

  @Test
  void tf32IsForWhoAsksForItAndForCublasAlone() {
    var gpu = TestGpu.withBlas();
    var without = TestGpu.withoutBlas();
    assertTrue(gpu.backend.info().tf32());
    assertFalse(without.backend.info().tf32());
    assertFalse(CudaBackend.info(new CudaDevice(0, "Turing", 1 << 30, 7, 5, 1), "", true).tf32());
    multiply(gpu, 20, 30, 40, false);
    assertEquals(68, gpu.blas.compute, "float32 at first");
    assertFalse(gpu.backend.allowTf32(true));
    multiply(gpu, 20, 30, 40, false);
    assertEquals(77, gpu.blas.compute);
    assertTrue(gpu.backend.allowTf32(false));
    multiply(gpu, 20, 30, 40, false);
    assertEquals(68, gpu.blas.compute);
    assertFalse(without.backend.allowTf32(true));
    assertFalse(without.backend.allowTf32(false));
  }

  @Test
  void samplesMayHaveTheFourthPartOfWhatIsFree() {
    var gpu = TestGpu.withBlas();
    long free = gpu.driver.capacity - gpu.driver.blocks.values().stream().mapToLong(b -> b).sum();
    assertEquals(free / 4, gpu.backend.spareBytes());
  }

  @Test
  void ourKernelMultipliesWithoutCublas() {
    var gpu = TestGpu.withoutBlas();
    for (var epilogue : new boolean[]{false, true}) {
      var expected = product(numbers(256 * 32), numbers(32 * 160), 256, 32, 160, epilogue ? 2 : 0);
      assertArrayEquals(epilogue ? relu(expected) : expected, multiply(gpu, 256, 32, 160, epilogue));
    }
    assertEquals(0, gpu.blas.products);
  }

  @Test
  void moreGroupsThanCudaStartsInOneDimension() {
    int batch = 65_537;
    var gpu = TestGpu.withoutBlas();
    try (var bench = new Workbench(gpu.backend)) {
      var a = bench.floats(numbers(batch), batch, 1, 1);
      var c = bench.empty(DType.FLOAT32, batch, 1, 1);
      gpu.backend.matmul(Gemm.PLAIN, new long[0], a, a, new View[0], new View[]{c});
      var expected = numbers(batch);
      for (int i = 0; i < batch; i++) expected[i] *= expected[i];
      assertArrayEquals(expected, bench.floats(c));
    }
    assertTrue(gpu.driver.newCalls().stream().anyMatch(call -> call.contains(batch + " x 1 x 1")));
  }

  @Test
  void closesWhatItOpened() {
    var gpu = TestGpu.withBlas();
    multiply(gpu, 20, 30, 40, false);
    gpu.backend.close();
    assertTrue(gpu.driver.blocks.isEmpty() && gpu.driver.pinned.isEmpty(), "something is left");
  }

  @Test
  void nothingIsCalledOnceTheDeviceIsLost() {
    var gpu = TestGpu.withBlas();
    gpu.driver.failNext("synchronize", Status.ILLEGAL_ADDRESS);
    assertThrows(DeviceLost.class, gpu.backend::synchronize);
    assertThrows(DeviceLost.class, () -> multiply(gpu, 2, 3, 4, false));
    gpu.driver.newCalls();
    gpu.backend.close();
    assertEquals(List.of(), gpu.driver.newCalls());
  }

  @Test
  void theFirstUseTestsTheDeviceAndSaysThatCublasIsMissing(@TempDir Path folder) {
    var before = System.getProperty(CacheFolder.PROPERTY);
    var usual = System.err;
    var said = new ByteArrayOutputStream();
    System.setProperty(CacheFolder.PROPERTY, folder.toString());
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      var found = new Discovery.Found(List.of(TestGpu.DEVICE), List.of(Link.found("NVRTC", "13 from /x"),
          Link.missing(Toolkit.MATRICES, "CUDA's matrix library was not found", "install the CUDA toolkit")),
          null);
      var driver = new PoclDriver();
      try (var backend = CudaProvider.open(found, 0, driver, driver, null)) {
        assertEquals("NVRTC 13 from /x; cuBLAS CUDA's matrix library was not found",
            backend.info().details());
      }
      assertTrue(folder.resolve("self-tests").toFile().list().length == 1, "what was found is kept");
      assertTrue(said.toString(StandardCharsets.UTF_8)
          .contains("Matrices are multiplied by Jacquard's own kernels, which may be slower: CUDA's matrix "
              + "library was not found. To have cuBLAS multiply, install the CUDA toolkit."),
          said.toString(StandardCharsets.UTF_8));
      var wrong = new PoclDriver();
      wrong.spoils = true;
      var e = assertThrows(JacquardException.class,
          () -> CudaProvider.open(new Discovery.Found(
              List.of(new CudaDevice(0, "Broken", 2L << 30, 9, 0, 1)), List.of(), null), 0, wrong, wrong,
              null));
      assertTrue(e.getMessage().startsWith("The driver of cuda computes wrongly (Broken; sm_90; PoCL"),
          e.getMessage());
      assertTrue(wrong.blocks.isEmpty(), "the device is closed");
    } finally {
      System.setErr(usual);
      if (before == null)
        System.clearProperty(CacheFolder.PROPERTY);
      else
        System.setProperty(CacheFolder.PROPERTY, before);
    }
  }
}
