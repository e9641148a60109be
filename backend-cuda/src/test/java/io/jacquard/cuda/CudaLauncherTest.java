package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.kernels.KernelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiling, the cache of cubins, and launches. */
class CudaLauncherTest {
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

  @TempDir
  private Path folder;
  private String before;
  private final List<String> compiled = new ArrayList<>();
  private final RecordingRtc rtc = new RecordingRtc();
  private final RecordingDriver driver = new RecordingDriver();
  private CudaQueue queue;

  @BeforeEach
  void open() {
    before = System.getProperty(CacheFolder.PROPERTY);
    System.setProperty(CacheFolder.PROPERTY, folder.toString());
    queue = new CudaQueue(driver, CudaQueueTest.DEVICE, "cuda");
    driver.newCalls();
  }

  @AfterEach
  void restore() {
    if (before == null)
      System.clearProperty(CacheFolder.PROPERTY);
    else
      System.setProperty(CacheFolder.PROPERTY, before);
  }

  private CudaLauncher launcher() {
    return new CudaLauncher(queue, rtc);
  }

  private List<Path> kept() throws IOException {
    try (var files = Files.list(folder.resolve("cuda"))) {
      return files.toList();
    }
  }

  @Test
  void compilesForTheDeviceAndLaunches() {
    try (var launcher = launcher()) {
      var function = launcher.compile(SOURCE, List.of("-DX=1")).function("twice");
      assertEquals(List.of("twice[--gpu-architecture=sm_90, --std=c++17, -fmad=false, --prec-div=true, "
          + "--prec-sqrt=true, --ftz=false, -DHAVE_F64, -DX=1]"), compiled);
      assertEquals(List.of("loadModule(cubin of twice)", "function(104, twice)"), driver.newCalls());
      var arguments = new ArgumentBlock(3);
      arguments.set64(0, 1L << 40);
      arguments.set32(1, -5);
      arguments.set64(2, -1);
      function.launch(100, 2, 3, 256, 512, arguments);
      arguments.set64(0, 77);
      function.launch(1, 1, 1, 256, 0, arguments);
      assertEquals(List.of("launch(105, 100 x 2 x 3, 256, 512)", "launch(105, 1 x 1 x 1, 256, 0)"),
          driver.newCalls());
      assertEquals(List.of(List.of(1L << 40, 0xfffffffbL, -1L), List.of(77L, 0xfffffffbL, -1L)),
          driver.launchedArguments);
    }
    assertEquals(List.of("unloadModule(104)"), driver.newCalls());
  }

  @Test
  void compilesOnceInAProcessAndOnceForAMachine() throws IOException {
    var launcher = launcher();
    var module = launcher.compile(SOURCE, List.of());
    assertSame(module, launcher.compile(SOURCE, List.of()));
    assertSame(module.function("twice"), module.function("twice"));
    assertEquals(1, compiled.size());
    launcher().compile(SOURCE, List.of());
    assertEquals(1, compiled.size(), "taken from the disk");
    launcher().compile(SOURCE, List.of("-DX=2"));
    rtc.version = "NVRTC 13.1";
    launcher().compile(SOURCE, List.of());
    assertEquals(3, compiled.size(), "other options, other version");
    queue = new CudaQueue(driver, new CudaDevice(0, "Other", 1L << 20, 8, 0, 1), "cuda");
    launcher().compile(SOURCE, List.of());
    assertEquals(4, compiled.size(), "other architecture");
    assertEquals(4, kept().size());
  }

  @Test
  void compilesAgainWhatIsDamagedOrRefused() throws IOException {
    launcher().compile(SOURCE, List.of());
    var file = kept().getFirst();
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    launcher().compile(SOURCE, List.of());
    assertEquals(2, compiled.size());
    driver.failNext("loadModule", Status.NO_BINARY_FOR_GPU);
    driver.newCalls();
    launcher().compile(SOURCE, List.of());
    assertEquals(3, compiled.size());
    assertEquals(2, driver.newCalls().size());
    driver.failNext("loadModule", 1);
    assertThrows(JacquardException.class, () -> launcher().compile(SOURCE, List.of()));
    assertEquals(3, compiled.size(), "other errors are not the cache's");
  }

  @Test
  void tellsWhatTheCompilerRefuses() throws IOException {
    var source = new KernelSource("twice", "wrong", false);
    var e = assertThrows(JacquardException.class, () -> launcher().compile(source, List.of()));
    assertEquals(
        "NVRTC 13.0 does not compile kernel twice for sm_90: twice.cu(1): error: wrong. Its source and "
            + "all messages are in " + folder.resolve("failed-builds") + "; please report it with them.",
        e.getMessage());
    assertEquals("wrong", Files.readString(folder.resolve("failed-builds/twice.cu")));
    assertTrue(Files.readString(folder.resolve("failed-builds/twice.log")).contains("1 error"));
  }

  @Test
  void refusesGridsThatCudaDoesNotStart() {
    var function = launcher().compile(SOURCE, List.of()).function("twice");
    var none = new ArgumentBlock(0);
    driver.newCalls();
    for (var grid : new long[][]{{1L << 31, 1, 1}, {1, 65_536, 1}, {1, 1, 65_536}})
      assertThrows(JacquardException.class, () -> function.launch(grid[0], grid[1], grid[2], 1, 0, none));
    assertEquals(List.of(), driver.newCalls());
    function.launch(Integer.MAX_VALUE, 65_535, 65_535, 1, 0, none);
  }

  @Test
  void unloadsNothingOnceTheContextIsLost() {
    var launcher = launcher();
    launcher.compile(SOURCE, List.of());
    driver.failNext("synchronize", 719);
    assertThrows(JacquardException.class, queue::synchronize);
    driver.newCalls();
    launcher.close();
    assertEquals(List.of(), driver.newCalls());
  }
}
