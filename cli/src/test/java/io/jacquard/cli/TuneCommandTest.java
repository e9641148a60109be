package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.Backends;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code jacquard tune} hands the device and the time on, and prints what it hears. */
class TuneCommandTest {
  private static final class Tunable implements BackendProvider {
    @Override
    public String name() {
      return "opencl";
    }

    @Override
    public int priority() {
      return 0;
    }

    @Override
    public Probe probe() {
      return new Probe.Available(
          List.of(new DeviceInfo("opencl", 0, "a", 0, true), new DeviceInfo("opencl", 1, "b", 0, true)));
    }

    @Override
    public Backend open(int ordinal, OpenOptions options) {
      throw new AssertionError("it opens its device itself");
    }

    @Override
    public void tune(int ordinal, Duration budget, Consumer<String> say) {
      if (ordinal == 1) throw new JacquardException("It computes wrongly.");
      say.accept("device " + ordinal + " for " + budget.toSeconds() + " s");
    }
  }

  private final Captured program = new Captured();

  private int run(String... args) {
    return new CommandLine(new TuneCommand(program.output, new Backends(List.of(new Tunable()))))
        .setExecutionExceptionHandler((e, _, _) -> Main.failed(program.output, e)).execute(args);
  }

  @Test
  void tunesTheDeviceThatIsNamed() {
    assertEquals(0, run("--seconds", "7"));
    assertEquals("device 0 for 7 s\n", program.out());
  }

  @Test
  void whatGoesWrongIsSaid() {
    assertEquals(Main.FAILURE, run("--backend", "opencl:1"));
    assertEquals("jacquard: It computes wrongly.\n", program.err());
  }

  @Test
  void aBackendThatChoosesByShapesSaysSo() {
    assertEquals(Main.FAILURE, program.run("tune", "--backend", "cpu"));
    assertEquals(
        "jacquard: There is nothing to tune for backend 'cpu': its kernels are chosen by shapes. Use opencl.\n",
        program.err());
  }
}
