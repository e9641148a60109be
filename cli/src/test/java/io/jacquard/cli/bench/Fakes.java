package io.jacquard.cli.bench;

import io.jacquard.cli.bench.Workload.Group;
import java.util.function.IntToDoubleFunction;

/** Workloads that are none. */
final class Fakes {
  private Fakes() {}

  static Workload workload(String name, Workload.Maker maker) {
    return new Workload(Group.PRODUCTS, name, 2e6, 3e3, 0, true, 1e-4, maker);
  }

  static Work work(IntToDoubleFunction nanos, float... result) {
    return new Work() {
      @Override
      public double nanos(int times) {
        return nanos.applyAsDouble(times);
      }

      @Override
      public float[] result() {
        return result;
      }

      @Override
      public void close() {}
    };
  }
}
