package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A program in use gets a class of its own, and C2 compiles it without boxing. */
class KernelCompilerTest {
  @Test
  void aUsedProgramLeavesTheInterpreter() throws InterruptedException {
    var code = new Code(Program.of(in -> in[0].mul(in[1]).add(in[2]).gelu(), DType.FLOAT32, DType.FLOAT32,
        DType.FLOAT32));
    try (var compiler = new KernelCompiler(KernelCompiler.Mode.WHEN_READY)) {
      var slot = code.kernel(new boolean[3], compiler);
      assertTrue(slot.get(1) instanceof Interpreter);
      for (int i = 0; i < 3000 && slot.get(4096) instanceof Interpreter; i++) Thread.sleep(10);
      assertFalse(slot.get(1) instanceof Interpreter, "the vector kernel never stopped allocating");
    }
  }

  /** Such calls bring a kernel to C2. */
  @Test
  void callsThatAreOnlyCountedWriteNothing() {
    var code = new Code(Program.of(in -> in[0].add(1), DType.FLOAT32));
    int n = MicroKernels.ROWS * Simd.LANES;
    long from = Memory.allocate(n * 4L);
    long to = Memory.allocate(n * 4L);
    for (int k = 0; k < n; k++) {
      Memory.setFloat(from + 4L * k, k);
      Memory.setFloat(to + 4L * k, -1);
    }
    var at = new long[]{from, to, 4L * n, 4L * n};
    for (boolean vectors : new boolean[]{true, false})
      KernelWriter.write(code, new boolean[1], vectors).run(at, new long[0], 0, n, 0);
    for (var mode : MicroKernel.Mode.values())
      MicroKernels.get(mode, MicroKernels.ROWS, 1).run(0, from, 4, 4, from, 4, to, Simd.BYTES, from, 1);
    Transposer.count();
    Random.count();
    for (int k = 0; k < n; k++) assertEquals(-1, Memory.getFloat(to + 4L * k));
    Memory.free(from);
    Memory.free(to);
  }

  /** Who measures waits for that, and not for what takes too long. */
  @Test
  void saysWhetherSomethingIsUnderWay() {
    try (var compiler = new KernelCompiler(KernelCompiler.Mode.NEVER)) {
      assertFalse(compiler.isPreparing());
      var go = new CountDownLatch(1);
      compiler.inTurns(() -> {
        await(go);
        return true;
      });
      assertTrue(compiler.isPreparing());
      go.countDown();
      while (compiler.isPreparing()) Thread.onSpinWait();
      compiler.inTurns(new KernelCompiler.Warming() {
        @Override
        public boolean turn() {
          return false;
        }

        @Override
        public long pause() {
          return 100;
        }
      });
      assertFalse(compiler.isPreparing(), "nobody waits for what takes that long");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoLacksTheOptionsIsToldOfThem() {
    assertTrue(UntilCompiled.hint(List.of("-Xmx1g")).contains("-XX:Tier3DelayOn=1000"));
    assertEquals("", UntilCompiled.hint(List.of("-XX:Tier4LoadFeedback=1000", "-XX:Tier3DelayOn=1000")));
  }

  /** It is said in a line, and a program may have hundreds of nodes. */
  @Test
  void namesAreShort() {
    var gelu = new Code(Program.of(in -> in[0].mul(in[1]).gelu(), DType.FLOAT32, DType.FLOAT32)).name();
    assertTrue(gelu.matches("a program of \\d+ nodes \\((\\w+, ){2,3}\\w+( \\.\\.\\.)?\\)"), gelu);
    assertEquals("a program of 1 nodes", new Code(Program.of(in -> in[0], DType.FLOAT32)).name());
  }

  /** Code that is warmed reads there where to read next: what another thread writes must not lead it anywhere. */
  @Test
  void eachWarmsOnMemoryOfItsOwn() {
    try (var one = new KernelCompiler(KernelCompiler.Mode.WHEN_READY);
        var other = new KernelCompiler(KernelCompiler.Mode.WHEN_READY)) {
      assertNotEquals(one.ground().address, other.ground().address);
    }
  }
}
