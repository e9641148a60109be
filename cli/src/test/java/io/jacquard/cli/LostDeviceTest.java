package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.io.ModelFile;
import io.jacquard.models.Models;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceLost;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose device stops working keeps the model of its last whole epoch, and says so. */
class LostDeviceTest {
  @TempDir
  private Path folder;

  /** Works until so many maps were run. */
  private static final class Failing extends ForwardingBackend {
    private long left;

    Failing(Backend inner, long maps) {
      super(inner);
      left = maps;
    }

    private void check() {
      if (left <= 0) throw new DeviceLost("The device opencl gave up.");
    }

    @Override
    public void map(Program program, long[] params, View[] in, View[] out) {
      left--;
      check();
      inner.map(program, params, in, out);
    }

    @Override
    public void download(Buffer from, long offset, MemorySegment to) {
      check();
      inner.download(from, offset, to);
    }
  }

  private JacquardException run(long maps, Path out) throws Exception {
    var data = TinyMnist.in(folder.resolve("data"));
    var settings = new TrainSettings("mnist", "softmax", 50, 20, 1e-3, 1, "adam", 1, out, null, true,
        Keep.USUAL, Plan.USUAL);
    var cpu = Backends.discover().open("cpu");
    var device = new Device(new Failing(cpu.backend(), maps));
    return assertThrows(JacquardException.class,
        () -> new Training(settings, () -> MnistTask.load(settings, Hidden.USUAL, data),
            new Captured().output)
            .run(() -> new Backends.Choice(device, List.of())));
  }

  @Test
  void theModelOfTheLastEpochIsKept() throws Exception {
    var out = folder.resolve("run");
    var error = run(400, out);
    assertTrue(error.getMessage().startsWith("The device opencl gave up. The model of epoch "),
        error.getMessage());
    assertTrue(error.getMessage().endsWith(" is saved in " + out + "."), error.getMessage());
    var cpu = Backends.discover().open("cpu");
    try (var _ = cpu.backend()) {
      Device.with(cpu, () -> ModelFile.load(Models.named("softmax"), out.resolve(RunFolder.MODEL)));
    }
    long epochs = Files.lines(out.resolve(RunFolder.HISTORY)).count() - 1;
    assertTrue(epochs >= 1 && epochs < 50, epochs + " epochs");
    assertTrue(error.getMessage().contains("epoch " + epochs + " "), error.getMessage());
    assertFalse(Files.exists(out.resolve(RunFolder.RUN)), "it was no whole run");
  }

  @Test
  void beforeTheFirstEpochThereIsNothing() throws Exception {
    var out = folder.resolve("run");
    assertEquals("The device opencl gave up.", run(10, out).getMessage());
    assertFalse(Files.exists(out), "no folder without a model");
  }
}
