package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.nn.LayerNorm;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that has done nothing else comes to use vectors. Other tests share theirs, in which C2 has seen all of the Vector API;
 * in a fresh one it has not, and may then leave vectors on the heap for good, so that loops on Java arrays go on serving.
 */
@Tag("full")
class FreshProcessTest {
  private static final long LIMIT_SECONDS = 60;

  enum Work {
    SOFTMAX(x -> x.softmax(1)), LAYER_NORM(x -> new LayerNorm(64).call(x)), SUM(x -> x.sum()), EXP(
        Tensor::exp),
    GELU(Tensor::gelu), PRODUCT(x -> x.matmul(x));

    private final UnaryOperator<Tensor> op;

    Work(UnaryOperator<Tensor> op) {
      this.op = op;
    }
  }

  /** Does one kind of work until nothing is being prepared any more, or for too long. */
  static final class Program {
    public static void main(String[] args) {
      var work = Work.valueOf(args[0]);
      var device = Backends.discover().open("cpu");
      Device.with(device, () -> {
        long end = System.nanoTime() + LIMIT_SECONDS * 1_000_000_000L;
        var x = Tensor.rand(64, 64);
        do
          work.op.apply(x).close();
        while (device.backend().isPreparing() && System.nanoTime() < end);
        System.out.print(device.backend().isPreparing() ? "still preparing" : "ready");
      });
    }
  }

  @ParameterizedTest
  @EnumSource
  void usesVectors(Work work) throws Exception {
    var command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(UntilCompiled.EARLIER);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Program.class.getName(), work.name()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.endsWith("ready"), output);
    assertTrue(!output.contains("is not compiled after"), output);
  }
}
