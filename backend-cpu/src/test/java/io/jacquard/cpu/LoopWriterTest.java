package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LoopWriterTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 200;
  /** Of a {@link Ground}. */
  private static final int NUMBERS = (1 << 16) / Float.BYTES;
  private static final long LIMIT_NANOS = 60_000_000_000L;

  /** Two loops, and what is none. */
  static class Doubling {
    void twice(long at) {
      VectorMath.store(VectorMath.add(VectorMath.load(at), VectorMath.load(at)), at);
    }

    void fourTimes(long at, int times, long step) {
      for (int i = 0; i < times; i++, at += step) {
        this.twice(at);
        var x = VectorMath.load(at);
        VectorMath.store(x.add(x), at);
      }
    }

    int none() {
      return 1;
    }
  }

  static class WithResult {
    float first(long at) {
      return VectorMath.load(at).lane(0);
    }
  }

  @Test
  void loopsAreWrittenAnewAndDoTheSame() {
    var loops = LoopWriter.write(Doubling.class);
    assertNotEquals(Doubling.class, loops.getClass());
    assertEquals(Set.of("twice", "fourTimes", "count"), Arrays.stream(loops.getClass().getDeclaredMethods())
        .map(m -> m.getName()).collect(Collectors.toSet()));
    long at = Memory.allocate(2L * Simd.BYTES);
    for (int k = 0; k < 2 * Simd.LANES; k++) Memory.setFloat(at + 4L * k, k);
    loops.fourTimes(at, 2, Simd.BYTES);
    for (int k = 0; k < 2 * Simd.LANES; k++) assertEquals(4f * k, Memory.getFloat(at + 4L * k));
    Memory.free(at);
  }

  /** As address 0 says; else the process would crash. */
  @Test
  void callsThatAreOnlyCountedTouchNoMemory() {
    LoopWriter.count(LoopWriter.write(Doubling.class));
    for (var loops : KernelCompiler.Loops.values()) loops.idle.run();
  }

  static class WithoutAddress {
    void add(float a) {
      VectorMath.add(VectorMath.broadcast(a), VectorMath.broadcast(a));
    }
  }

  @Test
  void aLoopWithoutAddressIsRefused() {
    var error = assertThrows(AssertionError.class, () -> LoopWriter.write(WithoutAddress.class));
    assertEquals("WithoutAddress.add has no address", error.getMessage());
  }

  @Test
  void aLoopWithAResultIsRefused() {
    var error = assertThrows(AssertionError.class, () -> LoopWriter.write(WithResult.class));
    assertEquals("WithResult.first is static or has a result", error.getMessage());
  }

  private record Pair(LongConsumer written, LongConsumer source, int tables) {
    /** @param tables bytes at the beginning that say where to read, and stay zeros */
    static Pair of(LongConsumer written, LongConsumer source, int tables) {
      return new Pair(written, source, tables);
    }

    static Pair of(LongConsumer written, LongConsumer source) {
      return new Pair(written, source, 0);
    }
  }

  /** What was copied computes what it was copied from. */
  @Test
  void writtenLoopsGiveTheBitsOfTheirSource() {
    var pairs = List.of(Pair.of(FloatFolds.vectors()::warm, new FloatFolds()::warm),
        Pair.of(NormRows.vectors()::warm, new NormRows()::warm),
        Pair.of(NormColumns.vectors()::warm, new NormColumns()::warm),
        Pair.of(NormReluColumns.vectors()::warm, new NormReluColumns()::warm),
        Pair.of(SoftmaxRows.vectors()::warm, new SoftmaxRows()::warm),
        Pair.of(AttentionRows.vectors()::warm, new AttentionRows()::warm),
        Pair.of(DepthwiseRows.vectors()::warm, new DepthwiseRows()::warm, 16 * Simd.BYTES),
        Pair.of(WinogradRows.loops(true)::warm, new WinogradRows()::warm),
        Pair.of(NarrowRows.loops(true)::warm, new NarrowRows()::warm));
    for (int i = 0; i < pairs.size(); i++) {
      var pair = pairs.get(i);
      assertArrayEquals(numbersAfter(pair.source, pair.tables), numbersAfter(pair.written, pair.tables),
          "pair " + i);
    }
  }

  private static int[] numbersAfter(LongConsumer loops, int tables) {
    int[] bits = new int[NUMBERS];
    try (var ground = new Ground()) {
      var random = new SplittableRandom(1);
      for (int k = tables / 4; k < NUMBERS; k++)
        Memory.setFloat(ground.address + 4L * k, (float) random.nextDouble(-2, 2));
      loops.accept(ground.address);
      for (int k = 0; k < NUMBERS; k++)
        bits[k] = Float.floatToRawIntBits(Memory.getFloat(ground.address + 4L * k));
    }
    return bits;
  }

  /** Not one vector in {@value #CALLS} calls, which have several turns each, of any loop. */
  @Test
  void compiledLoopsLeaveNothingOnTheHeap() {
    try (var ground = new Ground()) {
      var waiting = new ArrayDeque<>(List.of(KernelCompiler.Loops.values()));
      long end = System.nanoTime() + LIMIT_NANOS;
      while (!waiting.isEmpty() && System.nanoTime() < end) {
        var loops = waiting.remove();
        ground.clear();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) loops.body.accept(ground.address);
        if (THREADS.getCurrentThreadAllocatedBytes() != before) waiting.add(loops);
      }
      assertEquals(Set.of(), Set.copyOf(waiting));
    }
  }
}
