package io.jacquard.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.contract.ReferenceBackend;
import io.jacquard.data.TensorDataset;
import io.jacquard.inspect.Moment.Key;
import io.jacquard.inspect.Moment.Kind;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.spi.Device;
import io.jacquard.spi.KernelCompilation;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import io.jacquard.tensor.Where.Part;
import io.jacquard.train.Fit;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a profile says that a step's time went. */
class ProfilerTest {
  private static Profiler train(int epochs) {
    var profiler = new Profiler(new ReferenceBackend());
    Where.tracked(() -> Generator.with(new Generator(1), () -> Device.with(new Device(profiler), () -> {
      try (var _ = Scope.open()) {
        var model = Sequential.of(new Linear(20, 30), new ReLU(), new Linear(30, 4));
        var data = new TensorDataset(Tensor.randn(512, 20), Tensor.zeros(512, 4));
        Trainer.of(model).loss(Loss.mse()).fit(data,
            Fit.epochs(epochs).batchSize(64).listener(profiler.listener()));
      }
    })));
    return profiler;
  }

  @Test
  void eachCallIsInItsLayerAndPart() {
    var profiler = train(2);
    var times = profiler.replayed();
    assertEquals(16, times.steps() + profiler.eager().steps());
    assertTrue(times.steps() >= 8, times.steps() + " steps were replayed");
    var keys = times.sums().keySet();
    for (var key : Set.of(new Key(Kind.COMPUTE, Part.FORWARD, "linear", "0 Linear(20, 30)"),
        new Key(Kind.COMPUTE, Part.FORWARD, "relu", "1 ReLU()"),
        new Key(Kind.COMPUTE, Part.BACKWARD, "matmul", "2 Linear(30, 4)"),
        new Key(Kind.COMPUTE, Part.OPTIMIZER, "map", "")))
      assertTrue(keys.contains(key), key + " is not among " + keys);
    assertEquals(times.steps(),
        times.sums().get(new Key(Kind.COMPUTE, Part.FORWARD, "relu", "1 ReLU()")).count());
    assertTrue(keys.stream().anyMatch(k -> k.kind() == Kind.TRANSFER && k.what().equals("download")),
        keys.toString());
    assertTrue(profiler.eager().sums().keySet().stream().anyMatch(k -> k.kind() == Kind.ALLOCATION));
  }

  /** In the best of ten trainings: where other programs take the processor away, that time is nobody's. */
  @Test
  void almostAllOfTheTimeIsExplained() {
    var times = train(3).replayed();
    for (int again = 1; again < 10 && times.explained() <= 0.9; again++) times = train(3).replayed();
    long parts = times.dataWait() + times.host() + times.of(Kind.COMPUTE) + times.of(Kind.TRANSFER)
        + times.of(Kind.ALLOCATION);
    assertEquals(times.nanos(), parts);
    assertTrue(times.explained() > 0.9 && times.explained() <= 1, "explained: " + times.explained());
    assertTrue(times.computing(Part.FORWARD) > 0 && times.computing(Part.BACKWARD) > 0);
  }

  @Test
  void momentsFollowEachOther() {
    var moments = train(1).moments();
    assertTrue(moments.size() > 100);
    for (int i = 1; i < moments.size(); i++)
      assertTrue(moments.get(i).begin() >= moments.get(i - 1).begin() + moments.get(i - 1).nanos());
  }

  @Test
  void theFlightRecorderGetsEvents(@TempDir Path folder) throws IOException {
    var file = folder.resolve("events.jfr");
    try (var recording = new Recording()) {
      for (var name : Set.of("Operation", "Transfer", "Allocation", "KernelCompilation"))
        recording.enable("jacquard." + name);
      recording.start();
      train(1);
      assertEquals("made", KernelCompilation.during("none", "relu", () -> "made"));
      recording.stop();
      recording.dump(file);
    }
    var events = RecordingFile.readAllEvents(file);
    var names = events.stream().map(e -> e.getEventType().getName()).collect(Collectors.toSet());
    assertEquals(Set.of("jacquard.Operation", "jacquard.Transfer", "jacquard.Allocation",
        "jacquard.KernelCompilation"), names);
    assertTrue(events.stream().anyMatch(ProfilerTest::isReluOfLayerOne));
  }

  private static boolean isReluOfLayerOne(RecordedEvent event) {
    return event.hasField("layer") && event.getString("layer").equals("1 ReLU()")
        && event.getString("operation").equals("relu") && event.getString("part").equals("forward");
  }

  @Test
  void withoutItsPartsAStepCannotBeMeasured() {
    var listener = new Profiler(new ReferenceBackend()).listener();
    assertThrows(IllegalStateException.class, () -> listener.stepDone(new Progress()));
  }
}
