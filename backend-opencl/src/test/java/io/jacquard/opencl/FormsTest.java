package io.jacquard.opencl;

import io.jacquard.kernels.plan.Tuning;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Tests of the forms that kernels have on other devices, beside the CPU backend's results. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FormsTest {
  private final List<Tuning> tunings;
  final Device cpu = Backends.discover().open("cpu");
  /** One for each tuning. */
  List<Device> devices = List.of();

  FormsTest(Tuning... tunings) {
    this.tunings = List.of(tunings);
  }

  @BeforeAll
  void open() {
    devices = tunings.stream().map(TestDevice::tuned).toList();
  }

  @AfterAll
  void close() {
    Stream.concat(devices.stream(), Stream.of(cpu)).forEach(d -> d.backend().close());
  }
}
