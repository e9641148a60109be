package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OwnCache;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.plan.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compiling, the cache of cubins, and launches. */
class CudaCompilerTest extends OwnCache {
  private static final KernelSource SOURCE = new KernelSource("twice", "KERNEL void twice() {}", false);

  /** Notes what it compiles; its cubins say for what they are. */
  private final class RecordingRtc implements Rtc {
    String version = "NVRTC 13.0";

    @Override
    public String version() {
      return version;
    }

    @Override
    public Compiled compile(String name, String source, List<String> options) {
      compiled.add(name + options);
      if (source.contains("wrong"))
        return new Compiled(null, "warning: odd\ntwice.cu(1): error: wrong\n1 error");
      return new Compiled(("cubin of " + name).getBytes(), "");
    }
  }

  private final List<String> compiled = new ArrayList<>();
  private final RecordingRtc rtc = new RecordingRtc();
  private final RecordingDriver driver = new RecordingDriver();
  private CudaQueue queue;

  @BeforeEach
  void open() {
    queue = new CudaQueue(driver, CudaQueueTest.DEVICE, "cuda");
    driver.newCalls();
  }

  private CudaCompiler compiler() {
    return new CudaCompiler(queue, rtc);
  }

  private List<Path> kept() throws IOException {
    try (var files = Files.list(cache.resolve("cuda"))) {
      return files.toList();
    }
  }

  @Test
  void compilesForTheDeviceAndLaunches() {
    try (var compiler = compiler()) {
      var kernel = compiler.kernel(SOURCE, 256);
      assertEquals(List.of("twice[--gpu-architecture=sm_90, --std=c++17, -fmad=false, --prec-div=true, "
          + "--prec-sqrt=true, --ftz=false]"), compiled);
      assertEquals(List.of("loadModule(cubin of twice)", "function(104, twice)"), driver.newCalls());
      var arguments = new Arguments();
      int place = arguments.buffer();
      arguments.set(place, 1L << 40);
      arguments.add32(-5);
      arguments.add64(-1);
      kernel.launch(arguments, 100, 2, 3);
      arguments.set(place, 77);
      kernel.launch(arguments, 1, 1, 1);
      assertEquals(List.of("launch(105, 100 x 2 x 3, 256, 0)", "launch(105, 1 x 1 x 1, 256, 0)"),
          driver.newCalls());
      assertEquals(List.of(List.of(1L << 40, -5L, -1L), List.of(77L, -5L, -1L)), driver.launchedArguments);
      arguments.add32(1);
      assertThrows(IllegalStateException.class, () -> kernel.launch(arguments, 1, 1, 1));
    }
    assertEquals(List.of("unloadModule(104)"), driver.newCalls());
  }

  @Test
  void compilesOnceInAProcessAndOnceForAMachine() throws IOException {
    var compiler = compiler();
    assertSame(compiler.kernel(SOURCE, 64), compiler.kernel(SOURCE, 64));
    assertEquals(1, compiled.size());
    compiler().kernel(SOURCE, 64);
    assertEquals(1, compiled.size(), "taken from the disk");
    rtc.version = "NVRTC 13.1";
    compiler().kernel(SOURCE, 64);
    assertEquals(2, compiled.size(), "other version");
    queue = new CudaQueue(driver, new CudaDevice(0, "Other", 1L << 20, 8, 0, 1), "cuda");
    compiler().kernel(SOURCE, 64);
    assertEquals(3, compiled.size(), "other architecture");
    assertEquals(3, kept().size());
  }

  @Test
  void aDimensionThatIsTooLargeIsExchangedWithTheFirst() {
    var kernel = compiler().kernel(SOURCE, 32);
    driver.newCalls();
    var none = new Arguments();
    kernel.launch(none, 5, 65_535, 65_535);
    assertEquals(List.of("launch(105, 5 x 65535 x 65535, 32, 0)"), driver.newCalls());
    kernel.launch(none, 5, 65_536, 7);
    assertEquals(
        List.of("loadModule(cubin of twice)", "function(106, twice)", "launch(107, 65536 x 5 x 7, 32, 0)"),
        driver.newCalls());
    kernel.launch(none, 5, 7, 100_000);
    assertEquals(
        List.of("loadModule(cubin of twice)", "function(108, twice)", "launch(109, 100000 x 7 x 5, 32, 0)"),
        driver.newCalls());
    kernel.launch(none, 5, 65_537, 1);
    assertEquals(List.of("launch(107, 65537 x 5 x 1, 32, 0)"), driver.newCalls());
    assertTrue(compiled.get(1).endsWith("-DEXCHANGED=1]") && compiled.get(2).endsWith("-DEXCHANGED=2]"));
  }

  @Test
  void compilesAgainWhatIsDamagedOrRefused() throws IOException {
    compiler().kernel(SOURCE, 64);
    var file = kept().getFirst();
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    compiler().kernel(SOURCE, 64);
    assertEquals(2, compiled.size());
    driver.failNext("loadModule", Status.NO_BINARY_FOR_GPU);
    driver.newCalls();
    compiler().kernel(SOURCE, 64);
    assertEquals(3, compiled.size());
    assertEquals(3, driver.newCalls().size());
    driver.failNext("loadModule", 1);
    assertThrows(JacquardException.class, () -> compiler().kernel(SOURCE, 64));
    assertEquals(3, compiled.size(), "other errors are not the cache's");
  }

  @Test
  void tellsWhatTheCompilerRefuses() throws IOException {
    var source = new KernelSource("twice", "wrong", false);
    var e = assertThrows(JacquardException.class, () -> compiler().kernel(source, 64));
    assertEquals(
        "NVRTC 13.0 does not compile kernel twice for sm_90: twice.cu(1): error: wrong. Its source and "
            + "all messages are in " + cache.resolve("failed-builds") + "; please report it with them.",
        e.getMessage());
    assertEquals("wrong", Files.readString(cache.resolve("failed-builds/twice.cu")));
    assertTrue(Files.readString(cache.resolve("failed-builds/twice.log")).contains("1 error"));
  }

  @Test
  void refusesGridsThatCudaDoesNotStart() {
    var kernel = compiler().kernel(SOURCE, 1);
    var none = new Arguments();
    driver.newCalls();
    for (var grid : new long[][]{{1L << 31, 1, 1}, {65_536, 65_536, 1}, {1, 65_536, 65_536},
        {1, 1L << 31, 1}})
      assertThrows(JacquardException.class, () -> kernel.launch(none, grid[0], grid[1], grid[2]));
    assertEquals(List.of(), driver.newCalls());
    kernel.launch(none, Integer.MAX_VALUE, 65_535, 65_535);
  }

  @Test
  void unloadsNothingOnceTheContextIsLost() {
    var compiler = compiler();
    compiler.kernel(SOURCE, 64);
    driver.failNext("synchronize", 719);
    assertThrows(JacquardException.class, queue::synchronize);
    driver.newCalls();
    compiler.close();
    assertEquals(List.of(), driver.newCalls());
  }
}
