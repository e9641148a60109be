package io.jacquard.optim;

import io.jacquard.JacquardException;
import java.util.Arrays;
import java.util.function.LongToDoubleFunction;

/**
 * How a learning rate changes with time: a pure function of the step, or the epoch, so that a training can go on
 * anywhere. Names, defaults and values are those of PyTorch's schedulers.
 *
 * <pre>{@code
 * var schedule = Schedule.linear(0.01, 1, 500).then(500, Schedule.cosine(9_500));
 * for (int step = 0; step < 10_000; step++) {
 *   optimizer.follow(schedule, step);
 *   optimizer.zeroGrad();
 *   lossFn.of(model.call(x), y).backward();
 *   optimizer.step();
 * }
 * }</pre>
 *
 * <p>Time is counted in whatever the user counts: {@code Fit.schedulePerStep} and {@code Fit.schedulePerEpoch} say which.
 * Most schedules are factors, so that groups with different rates scale together.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * The learning rate at a time.
   *
   * @param t from 0
   * @param initial the learning rate that the optimizer's group was given
   */
  double lr(long t, double initial);

  /** The momentum, or beta1, at a time; most schedules leave it as it is. */
  default double momentum(long t, double initial) {
    return initial;
  }

  // ---- put together

  /** This schedule until {@code at}, from then on another, whose time begins there (PyTorch's SequentialLR). */
  default Schedule then(long at, Schedule next) {
    atLeastOne("then", "at", at);
    var first = this;
    return new Schedule() {
      @Override
      public double lr(long t, double initial) {
        return t < at ? first.lr(t, initial) : next.lr(t - at, initial);
      }

      @Override
      public double momentum(long t, double initial) {
        return t < at ? first.momentum(t, initial) : next.momentum(t - at, initial);
      }
    };
  }

  /**
   * All of them at once: what one gives is the initial rate of the next. For schedules that are factors, which is all but
   * those with a smallest rate of their own and one-cycle, that is the product, as PyTorch's ChainedScheduler has it.
   */
  static Schedule chain(Schedule... schedules) {
    var all = schedules.clone();
    return new Schedule() {
      @Override
      public double lr(long t, double initial) {
        double lr = initial;
        for (var schedule : all) lr = schedule.lr(t, lr);
        return lr;
      }

      @Override
      public double momentum(long t, double initial) {
        double momentum = initial;
        for (var schedule : all) momentum = schedule.momentum(t, momentum);
        return momentum;
      }
    };
  }

  /** This schedule as it is from time {@code t0} on, for a training that goes on there. */
  default Schedule from(long t0) {
    var whole = this;
    return new Schedule() {
      @Override
      public double lr(long t, double initial) {
        return whole.lr(t0 + t, initial);
      }

      @Override
      public double momentum(long t, double initial) {
        return whole.momentum(t0 + t, initial);
      }
    };
  }

  // ---- factors

  /** The rate times any function of time (LambdaLR). */
  static Schedule lambda(LongToDoubleFunction factor) {
    return (t, initial) -> initial * factor.applyAsDouble(t);
  }

  /** The rate times {@code factor} until {@code total}, then the rate itself (ConstantLR). */
  static Schedule constant(double factor, long total) {
    atLeastZero("constant", "factor", factor);
    return lambda(t -> t < total ? factor : 1);
  }

  /** From one factor to another in {@code total} equal steps, then the latter (LinearLR): a warm-up. */
  static Schedule linear(double from, double to, long total) {
    atLeastZero("linear", "from", from);
    atLeastZero("linear", "to", to);
    atLeastOne("linear", "total", total);
    return lambda(t -> from + (to - from) * Math.min(t, total) / total);
  }

  /** Times 0.1 every {@code size}. */
  static Schedule step(long size) {
    return step(size, 0.1);
  }

  /** Times gamma every {@code size} (StepLR). */
  static Schedule step(long size, double gamma) {
    atLeastOne("step", "size", size);
    atLeastZero("step", "gamma", gamma);
    return lambda(t -> Math.pow(gamma, t / size));
  }

  /** Times gamma at each milestone (MultiStepLR; PyTorch's default gamma is 0.1). */
  static Schedule multiStep(double gamma, long... milestones) {
    atLeastZero("multiStep", "gamma", gamma);
    var all = milestones.clone();
    return lambda(t -> Math.pow(gamma, Arrays.stream(all).filter(m -> m <= t).count()));
  }

  /** Times gamma each time (ExponentialLR). */
  static Schedule exponential(double gamma) {
    atLeastZero("exponential", "gamma", gamma);
    return lambda(t -> Math.pow(gamma, t));
  }

  /** Down to 0 at {@code total}, as the power of what is left (PolynomialLR; PyTorch's default power is 1). */
  static Schedule polynomial(long total, double power) {
    atLeastOne("polynomial", "total", total);
    atLeastZero("polynomial", "power", power);
    return lambda(t -> Math.pow(1 - (double) Math.min(t, total) / total, power));
  }

  // ---- waves

  /** Half a cosine wave down to 0 at {@code period}. */
  static Schedule cosine(long period) {
    return cosine(period, 0);
  }

  /**
   * Half a cosine wave, from the initial rate down to {@code lowest} at {@code period}; after that the wave goes on
   * (CosineAnnealingLR; Loshchilov, Hutter: SGDR, ICLR 2017, equation 5, without restarts).
   */
  static Schedule cosine(long period, double lowest) {
    atLeastOne("cosine", "period", period);
    atLeastZero("cosine", "lowest", lowest);
    return (t, initial) -> wave(initial, lowest, (double) t / period);
  }

  /** Cosine waves of {@code period} each, from the initial rate down towards 0. */
  static Schedule cosineWithRestarts(long period) {
    return cosineWithRestarts(period, 1, 0);
  }

  /**
   * Half cosine waves from the initial rate down towards {@code lowest}, each {@code growth} times as long as the one
   * before (CosineAnnealingWarmRestarts; Loshchilov, Hutter: SGDR, ICLR 2017, equation 5).
   */
  static Schedule cosineWithRestarts(long period, int growth, double lowest) {
    atLeastOne("cosineWithRestarts", "period", period);
    atLeastOne("cosineWithRestarts", "growth", growth);
    atLeastZero("cosineWithRestarts", "lowest", lowest);
    return (t, initial) -> {
      long length = period;
      long at = growth == 1 ? t % period : t;
      while (at >= length) {
        at -= length;
        length *= growth;
      }
      return wave(initial, lowest, (double) at / length);
    };
  }

  /** Half a cosine wave from high to low, at a share of its length. */
  private static double wave(double high, double low, double share) {
    return low + (high - low) * (1 + Math.cos(Math.PI * share)) / 2;
  }

  /** One cycle of {@code total} whose highest rate is each group's own, see {@link OneCycle}. */
  static OneCycle oneCycle(long total) {
    return OneCycle.of(total);
  }

  /** One cycle of {@code total} whose highest rate is the given one for all groups, see {@link OneCycle}. */
  static OneCycle oneCycle(double maxLr, long total) {
    return OneCycle.of(total).withMaxLr(maxLr);
  }

  private static void atLeastZero(String schedule, String what, double value) {
    Hyper.atLeastZero("Schedule." + schedule, what, value);
  }

  private static void atLeastOne(String schedule, String what, long value) {
    if (value < 1) {
      throw new JacquardException(
          "Schedule." + schedule + ": " + what + " is " + value + ", expected 1 or more.");
    }
  }
}
