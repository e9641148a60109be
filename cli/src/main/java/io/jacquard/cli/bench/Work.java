package io.jacquard.cli.bench;

/** A {@link Workload}, ready on a device. Its methods are called with that device and its generator as the current ones. */
public interface Work extends Rounds.Runner, AutoCloseable {
  /** Does it so many times, waits until the device is done, and says what one of them took, in nanoseconds. */
  @Override
  double nanos(int times);

  @Override
  default int most() {
    return 1 << 16;
  }

  /** Numbers of the result, which must be nearly the same on every device; asked for once, before anything is timed. */
  float[] result();

  @Override
  void close();
}
