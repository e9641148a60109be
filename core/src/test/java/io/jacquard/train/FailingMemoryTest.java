package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.Counted;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Optimizer;
import io.jacquard.optim.Rule;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.OutOfDeviceMemory;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A device that has no memory left at the k-th request of a step, for every k: one clear error, and nothing is lost. */
class FailingMemoryTest {
  /** Refuses one request, and the second try at it. */
  private static final class Failing extends ForwardingBackend {
    private long requests;
    private long refused = Long.MAX_VALUE;

    Failing(Backend inner) {
      super(inner);
    }

    void refuse(long request) {
      requests = 0;
      refused = request;
    }

    @Override
    public Buffer allocate(long bytes) {
      requests++;
      if (requests == refused || requests == refused + 1)
        throw new OutOfDeviceMemory("the device gave none");
      return super.allocate(bytes);
    }
  }

  /** On a device that keeps no memory in reserve, so that every request comes by. */
  private static void on(Consumer<Failing> body) {
    var failing = new Failing(ReferenceBackend.device().backend());
    Device.with(new Device(failing), () -> Generator.with(new Generator(42), () -> {
      Device.current().memory().retire();
      try (var _ = Scope.open()) {
        body.accept(failing);
      }
    }));
  }

  private static long live() {
    return Device.current().memory().liveBytes();
  }

  private static Sequential network() {
    return Sequential.of(new Conv2d(1, 3, 3), new ReLU(), new MaxPool2d(2), new Flatten(),
        new BatchNorm1d(12),
        new Dropout(0.2), new Linear(12, 2));
  }

  private static void step(Sequential model, Optimizer optimizer, Tensor x, Tensor labels) {
    try (var _ = Scope.open()) {
      optimizer.zeroGrad();
      Loss.crossEntropy().of(model.call(x), labels).backward();
      optimizer.step();
    }
  }

  @Test
  void everyRequestOfAStepWrittenByHand() {
    on(memory -> {
      var model = network();
      Rule rule = Adam.of(0.01);
      var optimizer = rule.over(model);
      var x = Tensor.of(Generator.current().normal(4 * 36), Shape.of(4, 1, 6, 6));
      var labels = Tensor.arange(4).remainder(2);
      step(model, optimizer, x, labels); // arenas and gradients have come to stay
      memory.refuse(Long.MAX_VALUE);
      step(model, optimizer, x, labels);
      long requests = memory.requests;
      assertTrue(requests > 30, requests + " requests");
      long before = live();
      for (long k = 1; k <= requests; k++) {
        memory.refuse(k);
        var error = assertThrows(OutOfDeviceMemory.class, () -> step(model, optimizer, x, labels),
            "request " + k);
        requireClear(error);
        assertEquals(before, live(), "bytes after request " + k + " of " + requests + " was refused");
      }
      memory.refuse(Long.MAX_VALUE);
      step(model, optimizer, x, labels);
      assertEquals(requests, memory.requests, "it goes on as before");
      assertEquals(before, live());
      Counted.say(
          "A step by hand was refused memory at each of its " + requests + " requests: nothing leaked.");
    });
  }

  @Test
  void everyRequestOfAFitWithRecordedSteps() {
    on(memory -> {
      var x = Tensor.of(Generator.current().normal(20 * 36), Shape.of(20, 1, 6, 6));
      var data = new TensorDataset(x, Tensor.arange(20).remainder(2));
      var trainer = Trainer.of(network()).metric(Metric.accuracy(), Metric.f1(2));
      var fit = Fit.epochs(1).batchSize(4).validation(data);
      trainer.fit(data, fit);
      memory.refuse(Long.MAX_VALUE);
      trainer.fit(data, fit);
      long requests = memory.requests;
      long before = live();
      for (long k = 1; k <= requests; k++) {
        memory.refuse(k);
        var error = assertThrows(OutOfDeviceMemory.class, () -> trainer.fit(data, fit), "request " + k);
        requireClear(error);
        assertEquals(before, live(), "bytes after request " + k + " of " + requests + " was refused");
      }
      memory.refuse(Long.MAX_VALUE);
      trainer.fit(data, fit);
      assertEquals(before, live());
      Counted.say("A fit of recorded and replayed steps was refused memory at each of its " + requests
          + " requests: nothing leaked.");
    });
  }

  private static void requireClear(OutOfDeviceMemory error) {
    var message = String.valueOf(error.getMessage());
    assertTrue(message.contains("Out of memory on ") && message.contains("were asked for")
        && message.contains("the device gave none") && message.contains("Try a smaller batch"), message);
    assertEquals(0, error.getSuppressed().length, "one error, not several");
  }
}
