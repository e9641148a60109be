package io.jacquard.cli;

import io.jacquard.inspect.SideBySide;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Where;
import java.util.Objects;

/**
 * A training step that can be made again: all of it follows from these.
 *
 * @param model by its label among {@link KnownModel#byLabel}
 */
record VerifiedStep(String model, int batch, long seed) {
  /** Forward, loss, backward, and a step of Adam. */
  void run(SideBySide all) {
    var known = Objects.requireNonNull(KnownModel.byLabel().get(model));
    var device = new Device(all);
    Generator.with(new Generator(seed), () -> Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var made = known.make().get();
        var optimizer = Adam.of(1e-3).over(made);
        var batch = known.batch(this.batch, seed);
        Generator.current().beginStep();
        Where.tracked(() -> {
          try (var _ = Where.during(Where.Part.FORWARD)) {
            known.loss().of(made.call(batch.x()), batch.y()).backward();
            optimizer.step();
          }
        });
      }
    }));
  }
}
