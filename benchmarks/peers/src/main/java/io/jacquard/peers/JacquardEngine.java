package io.jacquard.peers;

import io.jacquard.Shape;
import io.jacquard.models.Gpt;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.ResNet;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.ops.ConvOptions;
import io.jacquard.optim.Adam;
import io.jacquard.optim.AdamW;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Jacquard on the CPU backend, through its public API. */
public final class JacquardEngine implements Engine {
  private static final int CHARACTERS = 65;

  private final Device device;
  private final int threads;

  /** With {@code threads} that compute. */
  public JacquardEngine(int threads) {
    this.threads = threads;
    device = Backends.discover().choose("cpu", new OpenOptions(threads)).device();
  }

  @Override
  public String version() {
    return "Jacquard, " + device.name() + ", Java " + Runtime.version();
  }

  @Override
  public Optional<Task> prepare(Workload work) {
    return Device.with(device, () -> switch (work) {
      case Workload.Matmul w -> Optional.of(matmul(w));
      case Workload.MlpStep w -> {
        Rule rule = w.optimizer().equals("sgd") ? SGD.of(0.01).withMomentum(0.9) : Adam.of(1e-3);
        yield Optional.of(JacquardSteps.classifying(device, mlp(w.sizes()), Shape.of(w.sizes().getFirst()),
            w.sizes().getLast(), rule, w.batch(), JacquardSteps.STEPS));
      }
      case Workload.Op w -> op(w);
      case Workload.Inference w when w.model().equals("mlp") ->
        Optional.of(inference(w, mlp(List.of(784, 128, 10)), 784));
      case Workload.Inference w -> Optional.of(inference(w, cnn(), 1, 28, 28));
      case Workload.CnnStep w ->
        Optional
            .of(JacquardSteps.classifying(device, cnn(), Shape.of(1, 28, 28), 10, Adam.of(1e-3), w.batch(),
                JacquardSteps.STEPS));
      case Workload.ResNetStep w ->
        Optional.of(JacquardSteps.classifying(device, filled(ResNet.cifar(20, 3, 10)),
            Shape.of(3, 32, 32), 10, SGD.of(0.01).withMomentum(0.9), w.batch(), JacquardSteps.STEPS));
      case Workload.Start _ ->
        Optional.of(JacquardSteps.classifying(device, mlp(List.of(784, 128, 10)), Shape.of(784), 10,
            Adam.of(1e-3), 64, 3));
      case Workload.GptStep w -> {
        var sizes = LanguageModelSizes.of(CHARACTERS).layers(w.layers()).width(w.width()).heads(w.heads())
            .context(w.context()).dropout(0);
        yield Optional
            .of(JacquardSteps.reading(device, filled(new Gpt(sizes)), sizes, AdamW.of(1e-3), w.batch()));
      }
      case Workload.Convolution w -> Optional.of(convolution(w));
    });
  }

  /** Linear layers with ReLU between them; parameter {@code i} is stream {@code i}. */
  static Module mlp(List<Integer> sizes) {
    var layers = new ArrayList<Module>();
    for (int i = 1; i < sizes.size(); i++) {
      if (i > 1) layers.add(new ReLU());
      layers.add(new Linear(sizes.get(i - 1), sizes.get(i)));
    }
    return filled(Sequential.of(layers.toArray(Module[]::new)));
  }

  /** PyTorch's MNIST example network without its dropout. */
  private static Module cnn() {
    return filled(Sequential.of(new Conv2d(1, 32, 3), new ReLU(), new Conv2d(32, 64, 3), new ReLU(),
        new MaxPool2d(2),
        new Flatten(), new Linear(9216, 128), new ReLU(), new Linear(128, 10)));
  }

  /** Gives every parameter the numbers that all contestants give it; the factors of norms stay ones. */
  static <M extends Module> M filled(M model) {
    int stream = 0;
    double bound = 0;
    try (var _ = Scope.open()) {
      for (var entry : model.namedParameters().entrySet()) {
        var p = entry.getValue();
        if (p.shape().rank() > 1) bound = 1 / Math.sqrt((double) p.numel() / p.shape().size(0));
        boolean factor = p.shape().rank() == 1 && entry.getKey().endsWith("weight");
        if (!factor)
          p.assign(Tensor.of(Numbers.uniform(stream, Math.toIntExact(p.numel()), bound), p.shape()));
        stream++;
      }
    }
    return model;
  }

  private static Tensor numbers(int seed, long... sizes) {
    var shape = Shape.of(sizes);
    return Tensor.of(Numbers.uniform(seed, Math.toIntExact(shape.numel()), 1), shape).hold();
  }

  /** On images that lie channels-last, as they do inside of a network. */
  private static Task convolution(Workload.Convolution w) {
    var layer = new Conv2d(w.c(), w.k(), w.kernel(), ConvOptions.defaults().padding(w.kernel() / 2), false);
    double bound = 1 / Math.sqrt((double) w.c() * w.kernel() * w.kernel());
    try (var _ = Scope.open()) {
      var weight = layer.weight();
      weight.assign(Tensor.of(Numbers.uniform(2, Math.toIntExact(weight.numel()), bound), weight.shape()));
      return new JacquardLayer(layer, channelsLast(1, w.n(), w.c(), w.side()),
          channelsLast(3, w.n(), w.k(), w.side()),
          w.backward());
    }
  }

  private static Tensor channelsLast(int stream, int n, int c, int side) {
    try (var _ = Scope.open()) {
      return numbers(stream, n, c, side, side).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).hold();
    }
  }

  private static Task matmul(Workload.Matmul w) {
    var a = w.layout().equals("tn") ? numbers(1, w.k(), w.m()).mT().hold() : numbers(1, w.m(), w.k());
    var b = w.layout().equals("nt") ? numbers(2, w.n(), w.k()).mT().hold() : numbers(2, w.k(), w.n());
    return values(w.repeats(), () -> a.matmul(b), a, b);
  }

  private static Task inference(Workload.Inference w, Module model, long... sample) {
    model.eval();
    var x = numbers(9, LongStream.concat(LongStream.of(1), LongStream.of(sample)).toArray());
    return values(w.repeats(), () -> model.call(x), x);
  }

  /** Work that makes one tensor, without gradients. */
  private static Task values(int repeats, Supplier<Tensor> make, Tensor... held) {
    return task(repeats, () -> {
      try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
        var _ = make.get();
      }
    }, () -> {
      try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
        return summary(make.get());
      }
    }, held);
  }

  /** The gradient of a scalar, with respect to {@code x}. */
  private static Task gradient(Supplier<Tensor> loss, Tensor x, Tensor... held) {
    return task(1, () -> {
      try (var _ = Scope.open()) {
        Gradients.of(loss.get(), x);
      }
    }, () -> {
      try (var _ = Scope.open()) {
        return summary(Gradients.of(loss.get(), x));
      }
    }, held);
  }

  private static Task task(int repeats, Runnable body, Supplier<double[]> check, Tensor... held) {
    var task = Task.of(repeats, body, check);
    return new Task() {
      @Override
      public void run(double[] nanos) {
        task.run(nanos);
      }

      @Override
      public double[] check() {
        return task.check();
      }

      @Override
      public void close() {
        for (var tensor : held) tensor.close();
      }
    };
  }

  /** The mean, the mean of the absolute values, the first and the last element. */
  static double[] summary(Tensor t) {
    var values = t.toFloats();
    double sum = 0;
    double absolute = 0;
    for (float v : values) {
      sum += v;
      absolute += Math.abs(v);
    }
    return new double[]{sum / values.length, absolute / values.length, values[0], values[values.length - 1]};
  }

  private Optional<Task> op(Workload.Op w) {
    long n = w.sizes().getFirst();
    long m = w.sizes().getLast();
    return Optional.ofNullable(switch (w.op()) {
      case Cost.FMA -> new Limits(n, threads);
      case Cost.COPY -> {
        var x = numbers(1, n);
        yield values(1, () -> x.add(0), x);
      }
      case "gelu-fma" -> {
        var x = numbers(1, n);
        var weight = numbers(2, n);
        var bias = numbers(3, n);
        yield values(1, () -> Tensor.fuse((v, f, b) -> v.mul(f).add(b).gelu(), x, weight, bias), x, weight,
            bias);
      }
      case "adam" -> new JacquardUpdate(Adam.of(1e-3), Math.toIntExact(n));
      case "softmax-cross-entropy forward+backward" -> {
        var x = numbers(1, n, m).requiresGrad();
        var labels = Tensor.of(Numbers.labels(2, (int) n, (int) m)).hold();
        yield gradient(() -> Loss.crossEntropy().of(x, labels), x, x, labels);
      }
      case "layernorm forward+backward" ->
        new JacquardLayer(new LayerNorm(m), numbers(1, n, m), numbers(2, n, m), true);
      case "lstm forward+backward" -> {
        var size = w.sizes(); // steps, batch, inputs, hidden
        yield new JacquardLayer(filled(new LSTM(size.get(2), size.get(3))),
            numbers(101, size.get(0), size.get(1), size.get(2)),
            numbers(102, size.get(0), size.get(1), size.get(3)),
            true);
      }
      case "softmax" -> {
        var x = numbers(1, n, m);
        yield values(1, () -> x.softmax(1), x);
      }
      case "exp", "tanh", "sigmoid", "erf" -> {
        var x = numbers(1, n);
        yield values(1, () -> switch (w.op()) {
          case "exp" -> x.exp();
          case "tanh" -> x.tanh();
          case "sigmoid" -> x.sigmoid();
          default -> x.erf();
        }, x);
      }
      case "sum" -> {
        var x = numbers(1, n);
        yield values(1, x::sum, x);
      }
      case "transpose-copy" -> {
        var x = numbers(1, n, m).mT().hold();
        yield values(1, x::contiguous, x);
      }
      case "broadcast-add" -> {
        var x = numbers(1, n, m);
        var row = numbers(2, m);
        yield values(1, () -> x.add(row), x, row);
      }
      case "add-one-element" -> {
        var x = numbers(1, 1);
        var y = numbers(2, 1);
        yield values(w.repeats(), () -> x.add(y), x, y);
      }
      default -> null;
    });
  }

  @Override
  public void close() {
    device.backend().close();
  }
}
