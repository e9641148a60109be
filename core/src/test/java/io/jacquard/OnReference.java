package io.jacquard;

import io.jacquard.contract.ReferenceBackend;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;

/** Runs a test on a fresh device of plain loops, in a scope, with random numbers from seed 42. */
public final class OnReference {
  private OnReference() {}

  public static void run(Runnable body) {
    run(42, body);
  }

  public static void run(long seed, Runnable body) {
    Device.with(ReferenceBackend.device(), () -> Generator.with(new Generator(seed), () -> {
      try (var _ = Scope.open()) {
        body.run();
      }
    }));
  }
}
