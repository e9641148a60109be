package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.OpenOptions;
import io.jacquard.train.Precision;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One workload on two devices: the CPU, and the same one under another name. */
class BoutTest {
  private static final Rounds ROUNDS = new Rounds(5, 1e-4, 0.01);
  private static Device cpu;
  private static List<Contender> both;

  @BeforeAll
  static void open() {
    cpu = Backends.discover().choose("cpu", new OpenOptions(1)).device();
    both = List.of(new Contender(cpu), new Contender(new Device(new Renamed(cpu.backend()))));
  }

  @AfterAll
  static void close() {
    cpu.backend().close();
  }

  private static final class Renamed extends ForwardingBackend {
    Renamed(Backend inner) {
      super(inner);
    }

    @Override
    public DeviceInfo info() {
      return new DeviceInfo("other", 1, "the same", 0, true);
    }
  }

  private static Row of(Workload.Maker maker) {
    return new Bout(Precision.FLOAT32, ROUNDS).of(Fakes.workload("fake batch 3", maker), both);
  }

  private static boolean isOther() {
    return Device.current().name().equals("other:1");
  }

  private static String reason(Row row, String device) {
    return ((Cell.Missing) row.cells().get(device)).reason();
  }

  @Test
  void figuresOfBoth() {
    var row = of(_ -> {
      double nanos = isOther() ? 3000 : 1000;
      return Fakes.work(_ -> nanos, 1, 2, isOther() ? 3.0001f : 3);
    });
    assertEquals(List.of("cpu", "other:1"), List.copyOf(row.cells().keySet()));
    assertEquals("cpu", row.fastest().orElseThrow());
    assertEquals(3, row.times("other:1"));
    assertEquals(2e6 / 1000, row.gflops("cpu"));
    assertEquals(4 * 3e3 / 3000, row.gigabytes("other:1"));
    assertEquals("fake", row.family());
  }

  @Test
  void whoComputesSomethingElseIsNotTimed() {
    var row = of(_ -> Fakes.work(_ -> 1000, 1, isOther() ? 2.1f : 2));
    assertEquals("wrong result: 2.1, where cpu has 2.0", reason(row, "other:1"));
    assertTrue(row.nanos("cpu").isPresent());
    assertTrue(Double.isNaN(row.times("other:1")) && Double.isNaN(row.gflops("other:1")));
  }

  @Test
  void numbersThatAreNone() {
    var row = of(_ -> Fakes.work(_ -> 1000, 1, isOther() ? 2 : Float.NaN));
    assertEquals("wrong result: NaN among its numbers", reason(row, "cpu"));
    assertEquals("other:1", row.fastest().orElseThrow());
  }

  @Test
  void whoFailsHasAReason() {
    var row = of(_ -> {
      if (isOther()) throw new JacquardException("There is no memory left.");
      return Fakes.work(_ -> {
        throw new UnsatisfiedLinkError("a library is gone");
      }, 1);
    });
    assertEquals("There is no memory left.", reason(row, "other:1"));
    assertEquals("java.lang.UnsatisfiedLinkError: a library is gone", reason(row, "cpu"));
    assertTrue(row.fastest().isEmpty());
  }

  @Test
  void halvesThatADeviceLacks() {
    var row = new Bout(Precision.BFLOAT16, ROUNDS).of(Workloads.ALL.get(2), both);
    assertTrue(reason(row, "cpu").contains("has no products of bfloat16"), reason(row, "cpu"));
  }
}
