package io.jacquard.cpu;

import io.jacquard.expr.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Fills blocks with the uniform numbers that {@link Philox} defines; as many counters at a time as a vector has longs.
 * {@link PlainRandom} serves at the edges, and until the vector form is compiled.
 */
final class Random {
  private static final VectorSpecies<Long> LONGS = Simd.FLOATS.vectorShape().withLanes(long.class);
  private static final VectorSpecies<Integer> INTS = Simd.FLOATS.vectorShape().withLanes(int.class);
  /** Counters in a vector. */
  private static final int COUNTERS = LONGS.length();
  private static final LongVector STEPS = LongVector.zero(LONGS).addIndex(1);
  private static final long LOW = 0xffffffffL;
  private static final long M0 = 0xD2511F53L;
  private static final long M1 = 0xCD9E8D57L;
  private static final long W0 = 0x9E3779B9L;
  private static final long W1 = 0xBB67AE85L;

  private static volatile boolean compiled;

  private Random() {}

  /** The uniforms of elements {@code index} to {@code index + n}. */
  static void fill(long seed, long draw, long index, int n, Scratch scratch, long to) {
    long end = index + n;
    long counter = index >>> 2;
    if (compiled) {
      long mark = scratch.mark();
      long pairs = scratch.take(2L * Simd.BYTES);
      // the first counter may begin before index
      if (counter << 2 < index) {
        int first = (int) Math.min(n, 4 * ++counter - index);
        PlainRandom.fill(seed, draw, index, first, scratch.four, to);
      }
      int vectors = (int) Math.max(0, (end / 4 - counter) / COUNTERS);
      fillVectors(seed, draw, counter, vectors, pairs, to + Float.BYTES * (4 * counter - index));
      counter += (long) vectors * COUNTERS;
      scratch.release(mark);
    }
    long rest = Math.max(index, counter << 2);
    PlainRandom.fill(seed, draw, rest, (int) (end - rest), scratch.four, to + Float.BYTES * (rest - index));
  }

  /** Philox's ten rounds on whole vectors of counters; a long lane holds a 32-bit word. */
  private static void fillVectors(long seed, long draw, long counter, int vectors, long pairs, long to) {
    for (int v = 0; v < vectors; v++) {
      var counters = STEPS.add(counter + (long) v * COUNTERS);
      var c0 = counters.and(LOW);
      var c1 = counters.lanewise(VectorOperators.LSHR, 32);
      var c2 = LongVector.broadcast(LONGS, draw & LOW);
      var c3 = LongVector.broadcast(LONGS, draw >>> 32);
      long k0 = seed & LOW;
      long k1 = seed >>> 32;
      for (int round = 0; round < 10; round++) {
        var p0 = c0.and(LOW).mul(M0);
        var p1 = c2.and(LOW).mul(M1);
        c0 = p1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, c1)
            .lanewise(VectorOperators.XOR, k0);
        c1 = p1.and(LOW);
        c2 = p0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, c3)
            .lanewise(VectorOperators.XOR, k1);
        c3 = p0.and(LOW);
        k0 = k0 + W0 & LOW;
        k1 = k1 + W1 & LOW;
      }
      c0.or(c1.lanewise(VectorOperators.LSHL, 32)).intoMemorySegment(Memory.ALL, pairs, Memory.ORDER);
      c2.or(c3.lanewise(VectorOperators.LSHL, 32)).intoMemorySegment(Memory.ALL, pairs + Simd.BYTES,
          Memory.ORDER);
      long at = to + 16L * COUNTERS * v;
      for (int i = 0; i < COUNTERS; i++) {
        Memory.setLong(at + 16L * i, Memory.getLong(pairs + 8L * i));
        Memory.setLong(at + 16L * i + 8, Memory.getLong(pairs + Simd.BYTES + 8L * i));
      }
    }
    long end = to + 16L * COUNTERS * vectors;
    for (; to < end; to += Simd.BYTES) {
      var bits = IntVector.fromMemorySegment(INTS, Memory.ALL, to, Memory.ORDER)
          .lanewise(VectorOperators.LSHR, 8);
      ((FloatVector) bits.convert(VectorOperators.I2F, 0)).mul(0x1p-24f)
          .intoMemorySegment(Memory.ALL, to, Memory.ORDER);
    }
  }

  /** Runs the vector form once, for the sake of being compiled; {@code scratch} has 64 vectors. */
  static void warm(long scratch) {
    fillVectors(1, 2, 3, 4, scratch, scratch + 4L * Simd.BYTES);
  }

  /** A call that does nothing; see {@link UntilCompiled}. */
  static void count() {
    fillVectors(0, 0, 0, 0, 0, 0);
  }

  /** Says that the vector form is compiled. */
  static void useVectors() {
    compiled = true;
  }
}
