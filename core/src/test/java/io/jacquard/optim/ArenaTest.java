package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.jacquard.contract.ReferenceBackend;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Tanh;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How parameters are laid out on devices that do not give all of their memory at once. */
class ArenaTest {
  private static Device device(long largest) {
    return new Device(new ForwardingBackend(new ReferenceBackend()) {
      @Override
      public DeviceInfo info() {
        return new DeviceInfo("reference", 0, "", 0, true, Set.of(), largest, "");
      }
    });
  }

  private static Module model() {
    return Sequential.of(new Linear(3, 16), new Tanh(), new Linear(16, 16), new Tanh(), new Linear(16, 2));
  }

  /** The weights after some steps; adds the arenas to {@code arenas}. */
  private static float[] trained(Device device, Set<Object> arenas) {
    var result = new float[1][];
    Device.with(device, () -> Generator.with(new Generator(2), () -> {
      try (var _ = Scope.open()) {
        var model = model();
        var optimizer = Adam.of(0.01).over(model);
        for (var parameter : model.parameters()) arenas.add(parameter.laidOutBy());
        for (int i = 0; i < 3; i++) {
          optimizer.zeroGrad();
          model.call(Tensor.ones(4, 3)).square().sum().backward();
          GradClip.byNorm(0.5).clip(optimizer.parameters());
          optimizer.step();
        }
        result[0] = Tensor
            .concat(0, model.parameters().stream().map(p -> p.value().flatten()).toArray(Tensor[]::new))
            .toFloats();
      }
    }));
    return result[0];
  }

  @Test
  void severalWhereOneWouldBeTooLarge() {
    var one = new HashSet<Object>();
    var several = new HashSet<Object>();
    // The parameters take 48, 16, 256, 16, 32 and 16 floats, in whole pieces of 64 bytes.
    var expected = trained(device(Long.MAX_VALUE), one);
    assertArrayEquals(expected, trained(device(1100), several), 1e-6f);
    assertEquals(1, one.size());
    assertEquals(3, several.size());
  }

  @Test
  void neighboursStayTogether() {
    Device.with(device(1100), () -> {
      var model = model();
      Adam.of(0.01).over(model);
      var p = model.parameters();
      assertSame(p.get(0).laidOutBy(), p.get(1).laidOutBy());
      assertNotSame(p.get(1).laidOutBy(), p.get(2).laidOutBy());
      assertSame(p.get(2).laidOutBy(), p.get(3).laidOutBy());
      assertSame(p.get(4).laidOutBy(), p.get(5).laidOutBy());
    });
  }
}
