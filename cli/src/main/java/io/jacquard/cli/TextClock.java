package io.jacquard.cli;

import io.jacquard.optim.Schedule;

/**
 * How far a training is, by its steps and, if it has a time limit, by the time since its first step: whichever is further.
 * The learning rate follows: up for some steps, then half a cosine wave down to a tenth. With a limit the rate, and so what
 * is learned, depends on the machine's speed.
 */
final class TextClock {
  private static final long WARM_UP = 100;
  private static final double LOWEST = 0.1;
  private static final double NANOS_A_MINUTE = 60e9;

  private final double minutes;
  private long begin;
  private boolean running;

  /** @param minutes 0 for no limit */
  TextClock(double minutes) {
    this.minutes = minutes;
  }

  String describe() {
    return minutes == 0 ? "" : ", " + minutes + " minutes at most";
  }

  /** @param steps of the optimizer in all */
  Schedule schedule(long steps) {
    return (step, lr) -> {
      if (!running) begin = System.nanoTime();
      running = true;
      return lr * factor(step, steps, passed());
    };
  }

  private double passed() {
    return minutes == 0 || !running ? 0 : (System.nanoTime() - begin) / (minutes * NANOS_A_MINUTE);
  }

  boolean isOver() {
    return passed() >= 1;
  }

  /** @param time the share of the time that has passed */
  double factor(long step, long steps, double time) {
    long up = Math.min(WARM_UP, steps / 10);
    double share = Math.min(1, Math.max((double) step / steps, time));
    double wave = LOWEST + (1 - LOWEST) * (1 + Math.cos(Math.PI * share)) / 2;
    return step < up ? wave * (step + 1) / (up + 1) : wave;
  }
}
