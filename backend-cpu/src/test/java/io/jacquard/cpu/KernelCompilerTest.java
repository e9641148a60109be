package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.expr.Program;
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

  /** Code that is warmed reads there where to read next: what another thread writes must not lead it anywhere. */
  @Test
  void eachWarmsOnMemoryOfItsOwn() {
    try (var one = new KernelCompiler(KernelCompiler.Mode.WHEN_READY);
        var other = new KernelCompiler(KernelCompiler.Mode.WHEN_READY)) {
      assertNotEquals(one.ground().address, other.ground().address);
    }
  }
}
