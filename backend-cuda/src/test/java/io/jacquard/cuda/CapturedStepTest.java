package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.models.Gpt;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.optim.GradClip;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceLost;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
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
  private static final int SAMPLES = 144;
  private static final int BATCH = 4;
  private static final int STEPS = SAMPLES / BATCH;
  /** Steps before the first that is a graph. */
  private static final int BEFORE = 3;
  /** After so many steps the host is told of them. */
  private static final int TOLD = 16;
  private static final int SIDE = 6;
  private static final int CLASSES = 4;
  static final int NONE = -1;
  /** A sample that comes late in the shuffled epoch, when steps are graphs. */
  private static final int LATE = 95;

  /** Networks, and of how many nodes a step of theirs is a graph at most. */
  enum Network {
    MLP(45, () -> Sequential.of(new Flatten(), new Linear(SIDE * SIDE, 24), new ReLU(), new Dropout(0.2f),
        new Linear(24, CLASSES))), //
    CNN(45, () -> Sequential.of(new Conv2d(1, 4, 3), new ReLU(), new MaxPool2d(2), new Flatten(),
        new Linear(16, CLASSES))), //
    LSTM(70, LastStep::new), //
    GPT(130, () -> new Gpt(LanguageModelSizes.of(CLASSES).layers(1).heads(2).width(8).context(SIDE)));

    final int mostNodes;
    final Supplier<Module> make;

    Network(int mostNodes, Supplier<Module> make) {
      this.mostNodes = mostNodes;
      this.make = make;
    }

    Loss loss() {
      return this == GPT
          ? (logits, y) -> Loss.crossEntropy().of(logits.reshape(-1, CLASSES), y.flatten())
          : Loss.crossEntropy();
    }

    /** Pictures and classes, or tokens and the next ones; one of them may be none. */
    Dataset data(int wrong) {
      if (this == GPT) {
        var tokens = new long[SAMPLES * SIDE];
        for (int i = 0; i < tokens.length; i++) tokens[i] = i == wrong * SIDE ? CLASSES : i * 7L % CLASSES;
        var x = Tensor.of(tokens).reshape(SAMPLES, SIDE);
        return new TensorDataset(x, x.remainder(CLASSES));
      }
      var x = Tensor.of(Generator.current().normal(SAMPLES * SIDE * SIDE), Shape.of(SAMPLES, 1, SIDE, SIDE));
      var labels = new long[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) labels[i] = i == wrong ? CLASSES : i % CLASSES;
      return new TensorDataset(x, Tensor.of(labels));
    }
  }

  /** Reads a picture row by row. */
  private static final class LastStep extends Module {
    final LSTM lstm = add("lstm", new LSTM(SIDE, 8));
    final Linear head = add("head", new Linear(8, CLASSES));

    @Override
    protected Tensor forward(Tensor x) {
      return head.call(lstm.call(x.reshape(-1, SIDE, SIDE).transpose(0, 1)).select(0, -1));
    }
  }

  @AfterEach
  void restore() {
    System.clearProperty(CudaQueue.SYNCHRONOUS);
  }

  /** The weights after an epoch; a sample may have a label that is none, or be a token that is none. */
  static float[] trained(Device device, Network network, int wrong) {
    var weights = new float[1][];
    Device.with(device, () -> Generator.with(new Generator(3), () -> {
      try (var _ = Scope.open()) {
        var data = network.data(wrong);
        var model = network.make.get();
        var trainer = Trainer.of(model).loss(network.loss()).optimizer(Adam.of(1e-2f))
            .metric(Metric.sums("sum", (_, y) -> y.sum(), (sum, samples) -> sum[0] / samples));
        try {
          var history = trainer.fit(data, Fit.epochs(1).batchSize(BATCH).clip(GradClip.byNorm(1)));
          if (device.info().backend().equals("cuda")) assertEquals(Optional.empty(), history.notReplayed());
        } catch (JacquardException e) {
          if (wrong == NONE) throw e;
          assertTrue(e.getMessage().contains(network == Network.GPT ? "number 4" : "label 4"),
              e.getMessage());
        }
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
    isOneLaunchAStep(gpu.driver.newCalls(), network);
    System.setProperty(CudaQueue.SYNCHRONOUS, "true");
    var eager = TestGpu.withBlas();
    assertArrayEquals(trained(new Device(eager.backend), network, NONE), captured);
    assertEquals(0, count(eager.driver.newCalls(), "launchGraph"));
    var plain = trained(ReferenceBackend.device(), network, NONE);
    for (int i = 0; i < plain.length; i++) assertEquals(plain[i], captured[i], 1e-3f, "weight " + i);
  }

  /** Between two times at which the host is told, a step is the launch of a graph, and nothing else. */
  private static void isOneLaunchAStep(List<String> calls, Network network) {
    var captures = calls.stream().filter(c -> c.startsWith("endCapture")).toList();
    assertEquals(1, captures.size(), "all of a step");
    int nodes = Integer.parseInt(captures.getFirst().replaceAll("\\D", ""));
    assertTrue(nodes > 10 && nodes <= network.mostNodes, captures.getFirst());
    assertEquals(STEPS - BEFORE, count(calls, "launchGraph"));
    int first = nth(calls, "launchGraph", 1);
    int last = nth(calls, "launchGraph", STEPS - BEFORE);
    var expected = new ArrayList<String>();
    for (int step = BEFORE + 1; step <= STEPS; step++) {
      expected.add("launchGraph");
      if (step % TOLD == 0) expected.addAll(List.of("copyToHost", "copyToHost", "recordEvent"));
      if (step > TOLD && step % TOLD == 0) expected.add("waitEvent"); // for the 16 steps before
    }
    var made = List.of("allocatePinned", "freePinned");
    assertEquals(expected, calls.subList(first, last + 1).stream().map(c -> c.substring(0, c.indexOf('(')))
        .filter(c -> !made.contains(c)).toList());
    assertEquals(1, count(calls, "destroyExecutable"));
  }

  private static int nth(List<String> calls, String name, int n) {
    return IntStream.range(0, calls.size()).filter(i -> calls.get(i).startsWith(name + "("))
        .skip(n - 1).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(value = Network.class, names = {"MLP", "GPT"})
  void refuseWrongLabelsBeforeTheWeightsChange(Network network) {
    var gpu = TestGpu.withBlas();
    var captured = trained(new Device(gpu.backend), network, LATE);
    assertTrue(count(gpu.driver.newCalls(), "launchGraph") > 1);
    System.setProperty(CudaQueue.SYNCHRONOUS, "true");
    assertArrayEquals(trained(new Device(TestGpu.withBlas().backend), network, LATE), captured);
  }

  /** The host hears of an error inside a graph where it opens a letter; then nothing native is called any more. */
  @Test
  void anErrorInsideAGraphEndsTheTraining() {
    var gpu = TestGpu.withBlas();
    gpu.driver.failNext("waitEvent", Status.ILLEGAL_ADDRESS);
    var e = assertThrows(DeviceLost.class, () -> trained(new Device(gpu.backend), Network.MLP, NONE));
    assertTrue(
        e.getMessage().startsWith("Waiting for reports of steps failed on cuda with CUDA_ERROR_ILLEGAL_"
            + "ADDRESS (700). The last kernels were "),
        e.getMessage());
    assertTrue(e.getMessage().contains("start again from the last checkpoint"), e.getMessage());
    var calls = gpu.driver.newCalls();
    assertEquals("waitEvent", calls.getLast().substring(0, calls.getLast().indexOf('(')));
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
