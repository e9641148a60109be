package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** How long kernels took, by events. */
class ProfileTest {
  @Test
  void countsAndTimesEachKernel() {
    var device = TestDevice.first();
    var printed = new ArrayList<String>();
    var profile = new Profile(Cl.NATIVE, printed::add);
    var opened = new Device(new OpenClBackend(device, 0, ClTuning.of(device), Cl.NATIVE, profile));
    try (var _ = opened.backend()) {
      Device.with(opened, () -> {
        try (var _ = Scope.open()) {
          var x = Tensor.of(new float[1 << 16]);
          for (int i = 0; i < 5; i++) x = x.mul(2);
          assertEquals(0, x.sum().toFloats()[0]);
        }
      });
      opened.backend().synchronize();
      var map = profile.lines().get("map");
      assertEquals(5, map.launches());
      assertTrue(map.nanos() > 5_000, "five times 64 Ki elements in " + map.nanos() + " ns");
      assertTrue(profile.lines().size() > 1, profile.lines().keySet().toString());
    }
    assertEquals(1, printed.size());
    assertTrue(printed.getFirst().startsWith("Kernel "), printed.getFirst());
    assertTrue(printed.getFirst().lines().anyMatch(line -> line.matches("map +5 .*%")), printed.getFirst());
  }
}
