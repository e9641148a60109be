package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.kernels.CacheFolder;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.OpenOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java's signals beside a driver that has handlers of its own; in processes that load {@code libjsig} and that do not. */
class SignalChainingTest {
  private static final Path LIBRARY = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");

  @TempDir
  private Path folder;

  /** Opens the device; with an argument it also compiles, while another thread meets null pointers; then it divides by zero. */
  static final class Program {
    private record Box(int value) {}

    private static final int KERNELS = 3;
    private static volatile int sum;

    public static void main(String[] args) {
      for (int i = 1; i < 20_000; i++) sum = divide(i, i % 7 + 1); // compiled, so that a signal tells of zero
      new OpenClProvider().open(0, OpenOptions.DEFAULT).close();
      if (args.length > 0) {
        Thread.ofPlatform().daemon().start(Program::meetNullPointers);
        compile();
      }
      try {
        System.out.println("1 / 0 is " + divide(1, Integer.parseInt("0")));
      } catch (ArithmeticException e) {
        System.out.println(e.getMessage());
      }
    }

    private static int divide(int a, int b) {
      return a / b;
    }

    private static int read(Box box) {
      return box.value();
    }

    @SuppressWarnings("NullAway") // null pointers are what it is about
    private static void meetNullPointers() {
      var boxes = new Box[]{new Box(1), new Box(2), null};
      for (int i = 0;; i = (i + 1) % boxes.length) {
        try {
          sum += read(boxes[i]);
        } catch (NullPointerException _) {
          sum++;
        }
      }
    }

    private static void compile() {
      try (var queue = new Queue(TestDevice.first(), "opencl:0");
          var compiler = new Compiler(queue, ClTuning.of(queue.device))) {
        for (int i = 0; i < KERNELS; i++) {
          var text = "kernel void k(global float* x) { x[0] = " + System.nanoTime() + "; }"; // in no cache
          compiler.kernel(new KernelSource("k", text, false), 1);
        }
      }
      System.out.println("compiled");
    }
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("errors.txt"));
  }

  private String run(boolean kept, String... arguments) throws IOException, InterruptedException {
    assumeTrue(Files.exists(LIBRARY), "this JDK has no " + LIBRARY);
    assumeTrue(TestDevice.first().isPocl(), "the first OpenCL device is not PoCL's");
    var command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
        "-D" + CacheFolder.PROPERTY + "=" + folder.resolve("cache"), "-cp",
        System.getProperty("java.class.path"), Program.class.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(folder.resolve("errors.txt").toFile());
    if (kept)
      builder.environment().put("LD_PRELOAD", LIBRARY.toString());
    else
      builder.environment().remove("LD_PRELOAD");
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output + errors());
    return output;
  }

  @Test
  void javaKeepsItsSignals() throws Exception {
    assertEquals("compiled\n/ by zero\n", run(true, "compile"));
    assertFalse(errors().contains("LD_PRELOAD"), errors());
  }

  @Test
  void whoStartsWithoutIsWarned() throws Exception {
    run(false);
    assertTrue(errors().contains("Start it with LD_PRELOAD=" + LIBRARY + ", as ./jacquard does."), errors());
  }

  @Test
  void whatIsLoadedTellsIt() throws Exception {
    var maps = folder.resolve("maps");
    Files.writeString(maps, "7f0-7f1 r-xp 00000000 fe:01 42 /usr/lib/libc.so.6\n");
    assertFalse(SignalChaining.isKept(maps));
    Files.writeString(maps, "7f1-7f2 r-xp 00000000 fe:01 43 /jdk/lib/libjsig.so\n",
        StandardOpenOption.APPEND);
    assertTrue(SignalChaining.isKept(maps));
    assertTrue(SignalChaining.isKept(folder.resolve("none")), "a system without such a list has no PoCL");
  }
}
