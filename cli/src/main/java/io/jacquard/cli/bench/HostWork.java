package io.jacquard.cli.bench;

import io.jacquard.cli.bench.Workload.Group;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Block;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** What moves between host and device, and what the host does for a call. */
final class HostWork {
  private static final int BYTES = 16 << 20;

  private HostWork() {}

  static List<Workload> all() {
    return List.of(
        new Workload(Group.TRANSFERS, "upload 16 MiB", 0, BYTES / 4.0, 0, false, 0, _ -> new Transfer(true)),
        new Workload(Group.TRANSFERS, "download 16 MiB", 0, BYTES / 4.0, 0, false, 0,
            _ -> new Transfer(false)),
        launch("one addition of many in a row", one -> one.add(1)),
        launch("one number there and back", one -> Tensor.scalar((float) one.add(1).item())));
  }

  private static Workload launch(String name, UnaryOperator<Tensor> body) {
    return Workload.op(Group.LAUNCHES, name, 0, 0, false, precision -> {
      var given = new Holdings(precision);
      var one = given.uniform(1);
      return given.computing(() -> body.apply(one));
    });
  }

  /** Copies between memory of the host and of the device, as batches of data and results take it. */
  private static final class Transfer implements Work {
    private final boolean up;
    private final Device device = Device.current();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment host = arena.allocate(BYTES, 64);
    private final Block block = device.memory().acquire(BYTES);

    Transfer(boolean up) {
      this.up = up;
      var random = new SplittableRandom(1);
      for (long i = 0; i < BYTES / Float.BYTES; i++)
        host.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat());
      device.backend().upload(host, block.buffer(), 0);
      device.backend().synchronize();
    }

    @Override
    public double nanos(int times) {
      Backend backend = device.backend();
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        if (up) backend.upload(host, block.buffer(), 0);
        else backend.download(block.buffer(), 0, host);
      }
      backend.synchronize();
      return (System.nanoTime() - start) / (double) times;
    }

    @Override
    public float[] result() {
      var last = new float[1024];
      var there = MemorySegment.ofArray(new float[last.length]);
      device.backend().download(block.buffer(), BYTES - there.byteSize(), there);
      MemorySegment.copy(there, 0, MemorySegment.ofArray(last), 0, there.byteSize());
      return last;
    }

    @Override
    public void close() {
      block.release();
      device.memory().flush();
      arena.close();
    }
  }
}
