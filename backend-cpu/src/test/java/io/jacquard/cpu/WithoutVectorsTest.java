package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.GRU;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that was started without the module of the Vector API trains, says what is missing, and needs nothing of it. */
@Timeout(120)
class WithoutVectorsTest {
  private static final Pattern VERIFIED = Pattern
      .compile("Start class verification for: (io\\.jacquard\\.\\S+)");

  @TempDir
  private Path folder;

  /** What the other JVM runs. */
  static final class Training {
    private Training() {}

    public static void main(String[] args) {
      System.out.println(Device.current().info().description());
      Generator.with(new Generator(7), Training::train);
    }

    private static void train() {
      var model = Sequential.of(new Conv2d(1, 4, 3), new ReLU(), new Flatten(), new Linear(4 * 6 * 6, 16),
          new ReLU(), new Dropout(0.1f), new Linear(16, 2));
      var optimizer = Adam.of(1e-2).over(model);
      var x = Tensor.of(new Generator(1).uniform(32 * 64, -1, 1), Shape.of(32, 1, 8, 8));
      var classes = x.reshape(32, 64).sum(1).gt(0).to(DType.INT64);
      var recurrent = new GRU(8, 8);
      recurrent.call(x.reshape(32, 8, 8)).sum().backward();
      double first = 0;
      double last = 0;
      for (int step = 0; step < 30; step++) {
        try (var _ = Scope.open()) {
          optimizer.zeroGrad();
          var loss = Loss.crossEntropy().of(model.call(x), classes);
          loss.backward();
          optimizer.step();
          last = loss.item();
          if (step == 0) first = last;
        }
      }
      System.out.println(last < first / 2 ? "It learns." : "From " + first + " to " + last);
    }
  }

  @Test
  void trainsAndSaysHowToBeFaster() throws Exception {
    var log = folder.resolve("log.txt");
    var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xlog:class+init=info:file=" + log, "-cp",
        System.getProperty("java.class.path"), Training.class.getName()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("out.txt").toFile()).start();
    try {
      assertTrue(process.waitFor(100, TimeUnit.SECONDS), "it ends");
    } finally {
      process.destroyForcibly();
    }
    var out = Files.readString(folder.resolve("out.txt"));
    assertEquals(0, process.exitValue(), out);
    assertTrue(out.contains(" cores, without SIMD: the Java module jdk.incubator.vector is not loaded\n"),
        out);
    assertTrue(out.contains("It learns.\n"), out);
    assertTrue(out.contains("computes without SIMD, several times slower than it could: the Java module"
        + " jdk.incubator.vector is not loaded. To use SIMD, start Java with --add-modules jdk.incubator.vector."),
        out);
    assertNoneNamesTheVectorApi(Files.readString(log));
  }

  /** A class that names it may be linked, and work, on this JVM; but the next edit of it may well not. */
  private static void assertNoneNamesTheVectorApi(String log) throws IOException {
    var classes = VERIFIED.matcher(log);
    int seen = 0;
    while (classes.find()) {
      try (var file = CpuBackend.class
          .getResourceAsStream("/" + classes.group(1).replace('.', '/') + ".class")) {
        if (file == null) continue; // made while running
        var bytes = new String(file.readAllBytes(), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("jdk/incubator/vector"), classes.group(1));
        seen++;
      }
    }
    assertTrue(seen > 100, seen + " classes were looked at");
  }
}
