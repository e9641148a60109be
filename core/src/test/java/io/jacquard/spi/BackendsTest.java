package io.jacquard.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.contract.ReferenceBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The choice of a backend, and what is said about it. */
class BackendsTest {
  /** A backend that reports devices, or a reason for having none. */
  private record Fake(String name, int priority, Probe probe,
      List<String> opened) implements BackendProvider {
    static Fake available(String name, int priority, int devices) {
      var all = new ArrayList<DeviceInfo>();
      for (int i = 0; i < devices; i++) all.add(new DeviceInfo(name, i, "model " + i, 0, true));
      return new Fake(name, priority, new Probe.Available(all), new ArrayList<>());
    }

    static Fake missing(String name, int priority, String reason) {
      return new Fake(name, priority, new Probe.Unavailable(reason, "install it"), new ArrayList<>());
    }

    @Override
    public Backend open(int ordinal, OpenOptions options) {
      opened.add(name + " " + ordinal + " " + options.threads());
      var info = ((Probe.Available) probe).devices().get(ordinal);
      return new ForwardingBackend(new ReferenceBackend()) {
        @Override
        public DeviceInfo info() {
          return info;
        }
      };
    }
  }

  private final Fake cpu = Fake.available("cpu", 0, 1);
  private final Fake opencl = Fake.available("opencl", 10, 2);
  private final Fake cuda = Fake.missing("cuda", 20, "no NVIDIA driver (libcuda.so.1) was found");
  private final Backends all = new Backends(List.of(cpu, opencl, cuda));

  private static String message(Backends backends, String request) {
    return assertThrows(JacquardException.class, () -> backends.open(request)).getMessage();
  }

  @Test
  void autoTakesTheHighestPriorityThatIsThere() {
    var choice = all.choose("auto", new OpenOptions(3));
    assertEquals("opencl", choice.device().name());
    assertEquals(List.of("opencl 0 3"), opencl.opened);
    assertTrue(cpu.opened.isEmpty() && cuda.opened.isEmpty());
  }

  @Test
  void autoSaysWhyNotTheOthers() {
    assertEquals(
        List.of("cuda: no NVIDIA driver (libcuda.so.1) was found", "cpu: available, but of lower priority"),
        all.choose("auto", OpenOptions.DEFAULT).reasons());
    assertEquals(
        List.of("cuda: the backend is not on the class path", "opencl: the backend is not on the class path"),
        new Backends(List.of(cpu)).choose("auto", OpenOptions.DEFAULT).reasons());
  }

  @Test
  void autoGoesByWhatWasMeasured() {
    var gpu = Fake.available("opencl", 10, 2);
    var some = new Backends(List.of(Fake.available("cpu", 0, 1), gpu));
    assertEquals("cpu", some.choose("auto", OpenOptions.DEFAULT, measured(Map.of("cpu", 1.25, "opencl", 4.0)))
        .device().name());
    assertEquals(
        List.of("opencl: a step takes 4.00 ms there, 1.25 ms here",
            "cuda: the backend is not on the class path"),
        some.choose("auto", OpenOptions.DEFAULT, measured(Map.of("cpu", 1.25, "opencl", 4.0))).reasons());
    assertEquals("opencl:1",
        some.choose("auto", OpenOptions.DEFAULT, measured(Map.of("cpu", 2.0, "opencl", 4.0, "opencl:1", 1.0)))
            .device().name());
    assertEquals("opencl",
        some.choose("auto", OpenOptions.DEFAULT, measured(Map.of("cpu", 2.0))).device().name(),
        "of the GPU nothing is known");
    assertEquals("opencl",
        some.choose("auto", OpenOptions.DEFAULT, measured(Map.of("opencl", 2.0))).device().name());
  }

  private static Backends.Experience measured(Map<String, Double> millis) {
    return new Backends.Experience() {
      @Override
      public OptionalDouble millis(DeviceInfo device) {
        var known = millis.get(device.name());
        return known == null ? OptionalDouble.empty() : OptionalDouble.of(known);
      }

      @Override
      public String what() {
        return "a step";
      }
    };
  }

  @Test
  void autoNamesTheDeviceThatCannotBeOpened() {
    var broken = new BackendProvider() {
      @Override
      public String name() {
        return "opencl";
      }

      @Override
      public int priority() {
        return 10;
      }

      @Override
      public Probe probe() {
        return new Probe.Available(List.of(new DeviceInfo("opencl", 0, "a GPU", 0, true)));
      }

      @Override
      public Backend open(int ordinal, OpenOptions options) {
        throw new JacquardException("Its kernels compute wrongly.");
      }
    };
    var choice = new Backends(List.of(broken, Fake.available("cpu", 0, 1))).choose("auto",
        OpenOptions.DEFAULT);
    assertEquals("cpu", choice.device().name());
    assertEquals("opencl: it cannot be opened: Its kernels compute wrongly.", choice.reasons().getFirst());
    assertEquals("Its kernels compute wrongly.", message(new Backends(List.of(broken)), "auto"));
  }

  @Test
  void autoWithNothingThereSaysWhyForEach() {
    assertEquals(
        "No backend is available: cuda: no NVIDIA driver (libcuda.so.1) was found; cpu: the backend is not on "
            + "the class path; opencl: the backend is not on the class path. Put jacquard-backend-cpu on the class path: it "
            + "runs everywhere.",
        message(new Backends(List.of(cuda)), "auto"));
  }

  @Test
  void aNameOpensThatBackendWhateverItsPriority() {
    assertEquals("cpu", all.open("cpu").name());
    assertEquals("opencl", all.open("opencl").name());
    assertEquals("opencl:1", all.open("opencl:1").name());
    assertEquals(List.of("opencl 0 0", "opencl 1 0"), opencl.opened);
  }

  @Test
  void whatIsNotThereIsNeverReplaced() {
    assertEquals(
        "Backend 'cuda' is not available: no NVIDIA driver (libcuda.so.1) was found. To use it, install it.",
        message(all, "cuda"));
    assertEquals(
        "Backend 'opencl' is not available: the backend is not on the class path. To use it, add the module "
            + "jacquard-backend-opencl if your version of Jacquard has it.",
        message(new Backends(List.of(cpu)), "opencl"));
    assertTrue(cpu.opened.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"opnecl, opencl", "opencll, opencl", "cpuu, cpu", "cud, cuda", "gpu, cpu", "aut, auto",
      "tensorflow, ''"})
  void unknownNamesGetTheNearest(String typed, String near) {
    var message = message(all, typed);
    assertTrue(message.startsWith(
        "There is no backend '" + typed + "', expected one of [auto, cpu, cuda, opencl]."), message);
    assertEquals(!near.isEmpty(), message.contains("Did you mean"), message);
    assertTrue(near.isEmpty() || message.endsWith("Did you mean '" + near + "'?"), message);
  }

  @Test
  void ordinalBeyondTheDevicesListsThem() {
    assertEquals("Backend 'opencl' has no device 2, expected 0 to 1: opencl (model 0), opencl:1 (model 1).",
        message(all, "opencl:2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"opencl:", "opencl:x", "opencl:-1", "opencl:1:2", "opencl:99999999999"})
  void ordinalMustBeANumber(String request) {
    var message = message(all, request);
    assertTrue(
        message.startsWith("Backend '" + request + "': expected a device number from 0 after the colon"),
        message);
  }

  @Test
  void autoTakesNoOrdinal() {
    assertEquals("Backend 'auto:1': auto takes no device number; name the backend.", message(all, "auto:1"));
  }

  @Test
  void candidatesAreTheBestFirstThenWhatIsNotInstalled() {
    assertEquals(List.of("cuda", "opencl", "cpu"),
        all.candidates().stream().map(Backends.Candidate::name).toList());
    assertEquals(List.of("cpu", "cuda", "opencl"),
        new Backends(List.of(cpu)).candidates().stream().map(Backends.Candidate::name).toList());
  }

  @Test
  void theReferenceIsNotDiscovered() {
    assertFalse(Backends.discover().candidates().stream().anyMatch(c -> c.name().equals("reference")));
  }

  @Test
  void deviceIsCurrentWithinItsBody() throws IOException {
    var outer = all.open("cpu");
    var inner = all.open("opencl:1");
    var seen = new ArrayList<Device>();
    Device.with(outer, () -> {
      seen.add(Device.current());
      seen.add(Device.with(inner, () -> Device.current()));
      seen.add(Device.current());
    });
    assertEquals(List.of(outer, inner, outer), seen);
    assertSame(inner, Device.with(inner, Device::current));
  }

  @Test
  void exceptionsLeaveADeviceAsTheyAre() {
    var device = all.open("cpu");
    assertThrows(IOException.class, () -> Device.with(device, () -> {
      throw new IOException("disk");
    }));
  }

  @Test
  void tuningIsTheBackendsOwn() {
    var said = new ArrayList<String>();
    var tuned = new ArrayList<String>();
    var tunable = new BackendProvider() {
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
        return opencl.probe;
      }

      @Override
      public Backend open(int ordinal, OpenOptions options) {
        throw new AssertionError("it opens its device itself");
      }

      @Override
      public void tune(int ordinal, Duration budget, Consumer<String> say) {
        tuned.add(ordinal + " " + budget);
        say.accept("done");
      }
    };
    var backends = new Backends(List.of(cpu, tunable));
    backends.tune("opencl:1", Duration.ofSeconds(3), said::add);
    assertEquals(List.of("1 PT3S"), tuned);
    assertEquals(List.of("done"), said);
    var none = assertThrows(JacquardException.class,
        () -> backends.tune("cpu", Duration.ofSeconds(3), said::add));
    assertEquals("There is nothing to tune for backend 'cpu': its kernels are chosen by shapes. Use opencl.",
        none.getMessage());
    assertThrows(JacquardException.class, () -> backends.tune("opencl:2", Duration.ofSeconds(3), said::add));
  }
}
