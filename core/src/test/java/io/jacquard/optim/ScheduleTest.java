package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.nn.Linear;
import org.junit.jupiter.api.Test;

/** What the golden traces of PyTorch do not say of schedules: far times, going on later, wrong options. */
class ScheduleTest {
  @Test
  void aScheduleGoesOnWhereItWas() {
    var schedule = Schedule.linear(0, 1, 5).then(5, Schedule.cosineWithRestarts(3, 2, 0.01));
    for (int t = 0; t < 20; t++) assertEquals(schedule.lr(t + 7, 0.3), schedule.from(7).lr(t, 0.3));
    var cycle = Schedule.oneCycle(30);
    assertEquals(cycle.momentum(12, 0.9), cycle.from(10).momentum(2, 0.9));
    assertEquals(cycle.momentum(12, 0.9), Schedule.constant(1, 5).then(4, cycle).momentum(16, 0.9));
    assertEquals(cycle.momentum(12, 0.9), Schedule.chain(cycle, Schedule.step(3)).momentum(12, 0.9));
  }

  @Test
  void restartsAreExactFarAway() {
    // Waves of 1, 2, 4 ... 2^39: the next begins at 2^40 - 1.
    var schedule = Schedule.cosineWithRestarts(1, 2, 0);
    assertEquals(1, schedule.lr((1L << 40) - 1, 1));
    assertEquals(0.5, schedule.lr((1L << 40) - 1 + (1L << 39), 1), 1e-9);
    assertEquals(1, Schedule.cosineWithRestarts(7).lr(7_000_000_000_000L, 1));
  }

  @Test
  void chainIsTheProductOfFactors() {
    var chain = Schedule.chain(Schedule.exponential(0.9), Schedule.step(2, 0.5));
    assertEquals(3 * Math.pow(0.9, 5) * 0.25, chain.lr(5, 3), 1e-15);
    assertEquals(3, Schedule.chain().lr(5, 3));
  }

  @Test
  void aPlateausStateCanBeCarriedOver() {
    OnReference.run(() -> {
      var values = new double[]{3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1};
      var once = SGD.of(1).over(new Linear(1, 1));
      var twice = SGD.of(1).over(new Linear(1, 1));
      var plateau = ReduceOnPlateau.min().patience(1).cooldown(1).factor(0.5);
      var first = ReduceOnPlateau.min().patience(1).cooldown(1).factor(0.5);
      var second = ReduceOnPlateau.min().patience(1).cooldown(1).factor(0.5);
      for (int i = 0; i < values.length; i++) {
        once.follow(plateau, values[i]);
        if (i == 4) second.restore(first.state());
        twice.follow(i < 4 ? first : second, values[i]);
        assertEquals(once.lr(), twice.lr());
      }
      assertEquals(0.125, once.lr());
    });
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertEquals("Schedule.step: size is 0, expected 1 or more.",
        assertThrows(JacquardException.class, () -> Schedule.step(0)).getMessage());
    assertThrows(JacquardException.class, () -> Schedule.exponential(-1));
    assertThrows(JacquardException.class, () -> Schedule.cosine(0));
    assertThrows(JacquardException.class, () -> Schedule.cosineWithRestarts(3, 0, 0));
    assertThrows(JacquardException.class, () -> Schedule.linear(Double.NaN, 1, 5));
    assertThrows(JacquardException.class, () -> Schedule.oneCycle(0));
    assertThrows(JacquardException.class, () -> OneCycle.of(5).withPctStart(2));
    assertThrows(JacquardException.class, () -> OneCycle.of(5).withDivFactors(0, 1));
    assertThrows(JacquardException.class, () -> ReduceOnPlateau.min().factor(1));
    assertThrows(JacquardException.class, () -> ReduceOnPlateau.min().patience(-1));
  }
}
