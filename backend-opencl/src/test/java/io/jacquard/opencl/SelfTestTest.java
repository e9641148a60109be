package io.jacquard.opencl;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OwnCache;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Backends;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Operation;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device that computes wrongly is refused at its first use; one that computes rightly is tested once. */
class SelfTestTest extends OwnCache {

  /** The device, but that the last element of what some call gives is not what it should be. */
  private static final class Wrong extends ForwardingBackend {
    private final String call;
    private int calls;

    Wrong(Backend inner, String call) {
      super(inner);
      this.call = call;
    }

    private void spoil(String name, View out) {
      calls++;
      if (!name.equals(call)) return;
      int bytes = out.dtype().bytes();
      var last = MemorySegment.ofArray(new byte[bytes]);
      long at = (out.numel() - 1) * bytes;
      inner.download(out.buffer(), at, last);
      last.set(JAVA_BYTE, bytes == 8 ? 0 : 2,
          (byte) (last.get(JAVA_BYTE, bytes == 8 ? 0 : 2) ^ 0x41));
      inner.upload(last, out.buffer(), at);
    }

    @Override
    public void map(Program program, long[] params, View[] in, View[] out) {
      super.map(program, params, in, out);
      spoil("map", out[0]);
    }

    @Override
    public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
      super.reduce(how, each, params, in, axes, out);
      spoil(how.fold().isArg() ? "argmax" : "sum", out[0]);
    }

    @Override
    public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
      super.matmul(how, params, a, b, extra, out);
      spoil(how.epilogue() == null ? "matmul" : "matmul in tiles", out[0]);
    }

    @Override
    public void gather(View table, View index, View out) {
      super.gather(table, index, out);
      spoil("gather", out);
    }

    @Override
    public void scatterAdd(View index, View rows, View table) {
      super.scatterAdd(index, rows, table);
      spoil("scatterAdd", table);
    }

    @Override
    public void scan(Scan how, int axis, View in, View out) {
      super.scan(how, axis, in, out);
      spoil("cumsum", out);
    }

    @Override
    public void argsort(boolean descending, int axis, View in, View out) {
      super.argsort(descending, axis, in, out);
      spoil("argsort", out);
    }

    @Override
    public boolean run(Operation op, View[] in, View[] out) {
      boolean done = super.run(op, in, out);
      spoil(op.name(), out[0]);
      return done;
    }

    @Override
    public void close() {
      // the device is another test's, too
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "sum", "argmax", "matmul", "matmul in tiles", "gather", "scatterAdd",
      "cumsum", "argsort",
      "softmax"})
  void refusesADeviceThatComputesWrongly(String call) {
    var device = TestDevice.first();
    try (var backend = new OpenClBackend(device, 0)) {
      var wrong = new Wrong(backend, call);
      var error = assertThrows(JacquardException.class, () -> device.selfTest().once(wrong));
      var named = call.equals("map") ? "a*b + c" : call;
      for (var part : new String[]{"The driver of opencl computes wrongly", device.name(), device.driver(),
          " of " + named + " is ", ", expected "})
        assertTrue(error.getMessage().contains(part), part + " in " + error.getMessage());
      assertTrue(error.getMessage().length() < 500, error.getMessage());
      assertFalse(Files.exists(device.selfTest().note()), "a failure is not kept");
    }
  }

  @Test
  void isDoneOnceForADeviceAndDriver() throws IOException {
    var device = TestDevice.first();
    try (var backend = new OpenClBackend(device, 0)) {
      var counting = new Wrong(backend, "nothing");
      device.selfTest().once(counting);
      int calls = counting.calls;
      assertTrue(calls > 10);
      device.selfTest().once(counting);
      assertEquals(calls, counting.calls, "tested again");
      Files.writeString(device.selfTest().note(), "cut sho");
      device.selfTest().once(counting);
      assertEquals(2 * calls, counting.calls, "the note was not whole");
      if (device.version().contains("PoCL 3.1"))
        assertTrue(backend.declaresFewBuiltins(), "kernels were compiled again, and slower");
    }
  }

  @Test
  void theFirstUseOfADeviceTestsIt() {
    var device = TestDevice.first();
    Backends.discover().open("opencl").backend().close();
    assertTrue(Files.isRegularFile(device.selfTest().note()));
  }
}
