package io.jacquard.peers;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the cores can do at most, as the ground on which the other figures stand: float32 multiply-adds in registers, on every
 * thread at once. (What memory gives is the row {@code copy}.)
 */
final class Limits implements Task {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  /** Sums that do not wait for each other: two units, of which each takes four cycles, leave no gap. */
  private static final int CHAINS = 12;
  private static final float LEAST = 1e-3f;

  private final int rounds;
  private final List<Callable<Float>> parts;
  private final ExecutorService threads;
  private double result;

  /** @param multiplyAdds of numbers, shared by the threads */
  Limits(long multiplyAdds, int threads) {
    rounds = Math.toIntExact(multiplyAdds / ((long) CHAINS * FLOATS.length() * threads));
    parts = Stream.<Callable<Float>>generate(() -> () -> chains(rounds, 0.999f)).limit(threads).toList();
    this.threads = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
  }

  @Override
  public void run(double[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      once();
      nanos[i] = System.nanoTime() - start;
    }
  }

  private void once() {
    try {
      for (var part : threads.invokeAll(parts)) result = part.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("multiply-adds in registers", e);
    }
  }

  private static float chains(int rounds, float by) {
    var factor = FloatVector.broadcast(FLOATS, by);
    var add = FloatVector.broadcast(FLOATS, LEAST);
    var a = add;
    var b = add;
    var c = add;
    var d = add;
    var e = add;
    var f = add;
    var g = add;
    var h = add;
    var i = add;
    var j = add;
    var k = add;
    var l = add;
    for (int round = 0; round < rounds; round++) {
      a = a.fma(factor, add);
      b = b.fma(factor, add);
      c = c.fma(factor, add);
      d = d.fma(factor, add);
      e = e.fma(factor, add);
      f = f.fma(factor, add);
      g = g.fma(factor, add);
      h = h.fma(factor, add);
      i = i.fma(factor, add);
      j = j.fma(factor, add);
      k = k.fma(factor, add);
      l = l.fma(factor, add);
    }
    return a.add(b).add(c).add(d).add(e.add(f).add(g).add(h)).add(i.add(j).add(k).add(l)).lane(0);
  }

  @Override
  public double[] check() {
    once();
    return new double[]{result};
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
