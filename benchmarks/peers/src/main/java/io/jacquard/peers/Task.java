package io.jacquard.peers;

/** A workload, prepared by an engine. */
public interface Task extends AutoCloseable {
  /** Does the work once for each place of the array, and puts there the nanoseconds that it took. */
  void run(double[] nanos);

  /** Some numbers of the result, which must be nearly the same from every contestant. */
  double[] check();

  @Override
  default void close() {}

  /** Work whose result is in memory when {@code body} returns, done {@code repeats} times between looks at the clock. */
  static Task of(int repeats, Runnable body, java.util.function.Supplier<double[]> check) {
    return new Task() {
      @Override
      public void run(double[] nanos) {
        for (int i = 0; i < nanos.length; i++) {
          long start = System.nanoTime();
          for (int r = 0; r < repeats; r++) body.run();
          nanos[i] = (System.nanoTime() - start) / (double) repeats;
        }
      }

      @Override
      public double[] check() {
        return check.get();
      }
    };
  }
}
