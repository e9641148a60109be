package io.jacquard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A thousand steps take no more device memory than a few, and next to nothing of the Java heap. */
class LongTrainingTest {
  private static final int STEPS = 1_000;
  private static final int WARM_UP = 100;
  /** Bytes of the Java heap that a step may take: those of the loop above the backend, which takes none when it is warm. */
  private static final long GARBAGE = 4096;

  /** Asked for after every step, and says what it has seen. */
  private static final class Watch implements TrainingListener {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Device device;
    private final OpenClBackend backend;
    private long live;
    private long allocated;
    private int grown;
    private int count;
    private long heapBefore;
    private long heap;

    Watch(Device device, OpenClBackend backend) {
      this.device = device;
      this.backend = backend;
    }

    @Override
    public void stepDone(Progress progress) {
      if (++count == WARM_UP) {
        live = device.memory().liveBytes();
        allocated = backend.allocatedBytes();
        heapBefore = threads.getCurrentThreadAllocatedBytes();
      } else if (count > WARM_UP) {
        // Less it may be: the garbage collector finds what was made outside of a scope.
        if (device.memory().liveBytes() > live || backend.allocatedBytes() > allocated) grown++;
        heap = threads.getCurrentThreadAllocatedBytes() - heapBefore;
      }
    }
  }

  @Test
  void memoryStaysFlat() {
    var first = TestDevice.first();
    var backend = new OpenClBackend(first, 0);
    var device = new Device(backend);
    try (backend) {
      Device.with(device, () -> Generator.with(new Generator(1), () -> {
        int batch = 8;
        int samples = STEPS * batch;
        var x = Tensor.of(Generator.current().normal(samples * 6), Shape.of(samples, 6));
        var y = Tensor.of(IntStream.range(0, samples).mapToLong(i -> i % 3).toArray());
        var model = Sequential.of(new Linear(6, 16), new ReLU(), new Dropout(0.2), new Linear(16, 3));
        var watch = new Watch(device, backend);
        var history = Trainer.of(model).loss(Loss.crossEntropy()).optimizer(Adam.of(1e-3))
            .metric(Metric.accuracy())
            .fit(new TensorDataset(x, y), Fit.epochs(1).batchSize(batch).listener(watch));
        assertEquals(Optional.empty(), history.notReplayed());
        assertEquals(STEPS, watch.count);
        assertEquals(0, watch.grown, "steps after which more memory was in use");
        long each = watch.heap / (STEPS - WARM_UP);
        assertTrue(each < GARBAGE, each + " bytes of the Java heap a step");
      }));
    }
  }
}
