package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.data.TensorDataset;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training steps as graphs: what they hold, and that they compute what launches one by one do. */
class CapturedStepTest {
  private static final int SAMPLES = 96;
  private static final int BATCH = 8;
  private static final int SIDE = 10;
  private static final int CLASSES = 4;
  static final int NONE = -1;
  private static final int MOST_NODES = 20;
  /** A sample that comes late in the shuffled epoch, when steps are graphs. */
  private static final int LATE = 95;

  enum Network {
    MLP(() -> Sequential.of(new Flatten(), new Linear(SIDE * SIDE, 24), new ReLU(), new Dropout(0.2f),
        new Linear(24, CLASSES))),
    CNN(
        () -> Sequential.of(new Conv2d(1, 4, 3), new ReLU(), new MaxPool2d(2), new Flatten(),
            new Linear(64, CLASSES)));

    final Supplier<Module> make;

    Network(Supplier<Module> make) {
      this.make = make;
    }
  }

  @AfterEach
  void restore() {
    System.clearProperty(CudaQueue.SYNCHRONOUS);
  }

  /** The weights after an epoch; a sample may have a label that is none. */
  static float[] trained(Device device, Network network, int wrong) {
    var weights = new float[1][];
    Device.with(device, () -> Generator.with(new Generator(3), () -> {
      try (var _ = Scope.open()) {
        var x = Tensor.of(Generator.current().normal(SAMPLES * SIDE * SIDE),
            Shape.of(SAMPLES, 1, SIDE, SIDE));
        var labels = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) labels[i] = i == wrong ? CLASSES : i % CLASSES;
        var model = network.make.get();
        var history = Trainer.of(model).loss(Loss.crossEntropy()).optimizer(Adam.of(1e-2f))
            .fit(new TensorDataset(x, Tensor.of(labels)), Fit.epochs(1).batchSize(BATCH));
        if (device.info().backend().equals("cuda")) assertEquals(Optional.empty(), history.notReplayed());
        weights[0] = Tensor
            .concat(0, model.parameters().stream().map(p -> p.value().flatten()).toArray(Tensor[]::new))
            .toFloats();
      }
    }));
    return weights[0];
  }

  @ParameterizedTest
  @EnumSource(Network.class)
  void computeWhatLaunchesOneByOneDo(Network network) {
    var gpu = TestGpu.withBlas();
    var captured = trained(new Device(gpu.backend), network, NONE);
    assertTrue(gpu.blas.products > 0);
    System.setProperty(CudaQueue.SYNCHRONOUS, "true");
    var eager = TestGpu.withBlas();
    assertArrayEquals(trained(new Device(eager.backend), network, NONE), captured);
    assertEquals(0, count(eager.driver.newCalls(), "launchGraph"));
    var plain = trained(ReferenceBackend.device(), network, NONE);
    for (int i = 0; i < plain.length; i++) assertEquals(plain[i], captured[i], 1e-3f, "weight " + i);
  }

  @ParameterizedTest
  @EnumSource(Network.class)
  void areTwoLaunchesAStep(Network network) {
    var gpu = TestGpu.withBlas();
    trained(new Device(gpu.backend), network, NONE);
    var calls = gpu.driver.newCalls();
    var captures = calls.stream().filter(c -> c.startsWith("endCapture")).toList();
    assertEquals(2, captures.size(), "forward and update");
    for (var capture : captures) {
      int nodes = Integer.parseInt(capture.replaceAll("\\D", ""));
      assertTrue(nodes > 5 && nodes <= MOST_NODES, capture);
    }
    int one = nth(calls, "launchGraph", 3);
    int next = nth(calls, "launchGraph", 5);
    var step = calls.subList(one, next).stream().map(c -> c.substring(0, c.indexOf('('))).toList();
    var expected = new ArrayList<>(List.of("launchGraph", "copyToHost", "recordEvent", "copyToHost",
        "synchronize", "launchGraph", "launch"));
    if (network == Network.MLP) expected.add("copyToDevice"); // where the draws of dropout begin
    assertEquals(expected, step, "forward; the loss, and what kernels refuse; update; the next samples");
    assertEquals(2 * (SAMPLES / BATCH - 3), count(calls, "launchGraph"), "all steps but the first three");
    assertEquals(2, count(calls, "destroyExecutable"));
  }

  private static int nth(List<String> calls, String name, int n) {
    return IntStream.range(0, calls.size()).filter(i -> calls.get(i).startsWith(name + "("))
        .skip(n - 1).findFirst().orElseThrow();
  }

  @Test
  void refuseWrongLabelsAsOthersDo() {
    var gpu = TestGpu.withBlas();
    var e = assertThrows(JacquardException.class,
        () -> trained(new Device(gpu.backend), Network.MLP, LATE));
    assertTrue(e.getMessage().contains("label"), e.getMessage());
    var graphs = count(gpu.driver.newCalls(), "launchGraph");
    assertEquals(1, graphs % 2, graphs + " graphs: the step ends before its update");
  }

  @Test
  void areLaunchesWhereSomethingCannotBeCaptured() {
    var gpu = TestGpu.withBlas();
    assertTrue(gpu.backend.capture(gpu.backend::synchronize).isEmpty());
    gpu.backend.synchronize();
    assertTrue(gpu.backend.capture(() -> {}).isPresent(), "the next one");
  }

  @Test
  void keepWhatKernelsHadForThemselves() {
    var gpu = TestGpu.withBlas();
    var queue = gpu.backend;
    long before = queue.usedBytes();
    var graph = gpu.backend.capture(() -> {}).orElseThrow();
    sort(gpu, 100_000);
    long during = queue.usedBytes();
    sort(gpu, 400_000);
    assertTrue(queue.usedBytes() - during >= 2 * 1_600_000, "the first scratch memory is still there");
    graph.close();
    assertTrue(queue.usedBytes() <= before + 2 * 1_600_000 + 1_000_000, "and now given back");
  }

  /** Needs scratch memory of 4 bytes an element, twice. */
  private static void sort(TestGpu gpu, int count) {
    try (var bench = new Workbench(gpu.backend)) {
      gpu.backend.argsort(false, 0, bench.floats(new float[count], count), bench.empty(DType.INT64, count));
    }
  }

  private static long count(List<String> calls, String name) {
    return calls.stream().filter(c -> c.startsWith(name + "(")).count();
  }
}
