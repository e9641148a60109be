package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.OwnCache;
import io.jacquard.cli.bench.Bout;
import io.jacquard.cli.bench.Cell;
import io.jacquard.cli.bench.Contender;
import io.jacquard.cli.bench.Rounds;
import io.jacquard.cli.bench.Row;
import io.jacquard.cli.bench.Spread;
import io.jacquard.cli.bench.Workload;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.Backends;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import io.jacquard.train.Precision;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code auto} takes on a machine with a GPU of which nothing is known. The GPU is the CPU under another name. */
class ShortComparisonTest extends OwnCache {
  /** A kind of device that says it is something else than the CPU that computes. */
  private record Fake(String name, int priority) implements BackendProvider {
    @Override
    public Probe probe() {
      return new Probe.Available(List.of(info()));
    }

    private DeviceInfo info() {
      return new DeviceInfo(name, 0, "a " + name, 0, true);
    }

    @Override
    public Backend open(int ordinal, OpenOptions options) {
      return new ForwardingBackend(Backends.discover().choose("cpu", new OpenOptions(1)).device().backend()) {
        @Override
        public DeviceInfo info() {
          return Fake.this.info();
        }
      };
    }
  }

  private static final Backends BOTH = new Backends(List.of(new Fake("cpu", 0), new Fake("cuda", 20)));

  private final List<String> said = new ArrayList<>();
  private final List<String> measured = new ArrayList<>();

  /** A GPU that takes 2 ms for each step, and a CPU that takes 50 ms for one of pictures and 0.3 ms for one of digits. */
  private Row times(Workload work, List<Contender> devices) {
    measured.add(work.name());
    var cells = new LinkedHashMap<String, Cell>();
    for (var device : devices) {
      double millis = device.name().equals("cuda") ? 2 : work.name().contains("resnet") ? 50 : 0.3;
      cells.put(device.name(), new Cell.Measured(Spread.of(List.of(1e6 * millis))));
    }
    return new Row(work.group(), work.name(), 0, 0, work.batch(), cells);
  }

  private String taken(Backends backends, String model, int batch) {
    var known = new ShortComparison(backends, said::add, this::times).experience(model, batch);
    var choice = backends.choose("auto", OpenOptions.DEFAULT, known);
    choice.device().backend().close();
    return choice.device().name() + " | " + choice.reasons().getFirst();
  }

  @Test
  void aSmallModelStaysOnTheCpuAndALargeOneGoesToTheGpu() {
    assertEquals("cpu | cuda: when measured, a step of mlp with batch 64 takes 2.00 ms there, 0.30 ms here",
        taken(BOTH, "mlp", 32));
    assertEquals("cuda", taken(BOTH, "resnet18", 16).split(" ")[0]);
    assertEquals(List.of("train mlp 784-128-10 batch 64", "train resnet20 batch 32"), measured);
    assertTrue(said.getFirst().startsWith("auto: comparing cuda and cpu by 'train mlp"), said.getFirst());
    assertEquals(2, said.size());
  }

  @Test
  void whatIsKnownIsNotMeasuredAgain() {
    taken(BOTH, "mlp", 32);
    taken(BOTH, "mlp", 2048);
    taken(BOTH, "softmax", 32);
    assertEquals(List.of("train mlp 784-128-10 batch 64"), measured, "the nearest of all");
    assertEquals(2, StoredTimes.read().size());
  }

  @Test
  void whereThereIsNoChoiceThereIsNothingToMeasure() {
    taken(new Backends(List.of(new Fake("cpu", 0))), "mlp", 32);
    taken(new Backends(List.of(new Fake("cpu", 0), new Fake("opencl", -10))), "mlp", 32);
    taken(new Backends(List.of(new Fake("cuda", 20))), "mlp", 32);
    assertEquals(List.of(), measured);
    assertEquals("cuda", taken(BOTH, "what nobody knows", 1).split(" ")[0]);
    assertEquals(List.of(), measured);
  }

  @Test
  void aCacheThatCannotBeWrittenStopsNothing() throws Exception {
    Files.writeString(cache.resolve("bench"), "a file in the folder's place");
    assertEquals("cpu", taken(BOTH, "mlp", 32).split(" ")[0]);
    assertTrue(said.getLast().startsWith("auto: the comparison cannot be kept: "), said.toString());
  }

  /** With a real clock: who wins is not said. */
  @Test
  void stepsAreReallyMade() {
    var quick = new Bout(Precision.FLOAT32, new Rounds(2, 1e-3, 1e-3));
    new ShortComparison(BOTH, said::add, quick::of).experience("mlp", 64);
    assertEquals(List.of("cuda", "cpu"), StoredTimes.read().stream().map(StoredTimes.Time::device).toList());
    assertTrue(StoredTimes.read().stream().allMatch(time -> time.millis() > 0));
  }
}
