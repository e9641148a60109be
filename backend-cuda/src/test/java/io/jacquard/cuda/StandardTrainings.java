package io.jacquard.cuda;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.check.SelfTest;
import io.jacquard.models.ImageModels;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.LanguageModels;
import io.jacquard.models.Models;
import io.jacquard.models.VariationalAutoencoder;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Tanh;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Adadelta;
import io.jacquard.optim.Adagrad;
import io.jacquard.optim.Adam;
import io.jacquard.optim.AdamW;
import io.jacquard.optim.GradClip;
import io.jacquard.optim.Lion;
import io.jacquard.optim.NAdam;
import io.jacquard.optim.RMSprop;
import io.jacquard.optim.Rule;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Trainer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The kernels that common trainings in float32 ask for: they are run on a driver that computes nothing, with cuBLAS and without,
 * in the shapes that they really have, since a kernel follows from them.
 */
final class StandardTrainings {
  private static final CudaDevice DEVICE = new CudaDevice(0, "None", 1L << 40, 9, 0, 132);
  private static final int CLASSES = 10;
  private static final int SAMPLES = 5 * 64;

  private final Map<String, KernelSource> kernels = new LinkedHashMap<>();

  private StandardTrainings() {}

  /** By their text. */
  static Map<String, KernelSource> kernels() {
    return kernels(StandardTrainings::trainings);
  }

  /** With the kernels of functions by themselves. */
  static Map<String, KernelSource> kernelsAndFunctions() {
    return kernels(() -> {
      trainings();
      singleOps();
    });
  }

  private static Map<String, KernelSource> kernels(Runnable work) {
    var all = new StandardTrainings();
    for (boolean blas : new boolean[]{true, false}) all.gather(blas, work);
    return all.kernels;
  }

  /** Hands out addresses with little memory behind them: nothing is computed, and what is copied goes nowhere. */
  private static final class EmptyDriver extends RecordingDriver {
    private long next = 1L << 40;

    EmptyDriver() {
      capacity = 1L << 40;
    }

    @Override
    public int allocate(long bytes, long[] address) {
      address[0] = next;
      next += bytes + 512 - bytes % 512;
      blocks.put(address[0], bytes);
      return 0;
    }

    @Override
    void copy(long to, long from, long bytes) {}
  }

  /** Notes what it is to compile. */
  private final class Collector implements Rtc {
    @Override
    public String version() {
      return "collector";
    }

    @Override
    public boolean makesMachineCode() {
      return false;
    }

    @Override
    public Compiled compile(String name, String source, List<String> options) {
      if (options.stream().noneMatch(o -> o.startsWith("-DEXCHANGED")))
        kernels.putIfAbsent(source, new KernelSource(name, source, false));
      return new Compiled(new byte[1], "");
    }
  }

  private void gather(boolean blas, Runnable work) {
    var driver = new EmptyDriver();
    var backend = CudaBackend.open(DEVICE, driver, new Collector(), blas ? new RecordingBlas() : null, "");
    var device = new Device(backend);
    try {
      new SelfTest(List.of("nothing is computed")).once(backend);
    } catch (io.jacquard.JacquardException _) {
      // nothing is computed
    }
    Device.with(device, () -> Generator.with(new Generator(1), work));
  }

  private static void trainings() {
    for (var name : List.of("mlp", "softmax", "cnn", "lenet5", "lstm", "gru", "vit"))
      classify(Models::named, name, Shape.of(1, 28, 28), Adam.of(1e-3));
    for (var rule : List.of(SGD.of(0.1), SGD.of(0.1).withMomentum(0.9),
        SGD.of(0.1).withMomentum(0.9).withWeightDecay(1e-4), SGD.of(0.1).withMomentum(0.9).withNesterov(),
        AdamW.of(1e-3),
        RMSprop.of(1e-3), Adagrad.of(1e-2), Adadelta.of(1), Lion.of(1e-4), NAdam.of(1e-3)))
      classify(Models::named, "softmax", Shape.of(1, 28, 28), rule);
    for (var name : List.of("resnet20", "resnet18", "alexnet", "vgg11_bn"))
      classify(n -> ImageModels.named(n, 3, CLASSES), name, Shape.of(3, 32, 32),
          SGD.of(0.1).withMomentum(0.9).withWeightDecay(5e-4));
    for (var name : LanguageModels.names()) text(name);
    var digits = zeros(Shape.of(SAMPLES, 1, 28, 28));
    for (var loss : Map.of("autoencoder", Loss.bceWithLogits(), "vae", VariationalAutoencoder.objective())
        .entrySet())
      train(() -> Models.named(loss.getKey()), digits, digits.reshape(SAMPLES, -1), loss.getValue(),
          Adam.of(1e-3), Fit.epochs(1).batchSize(64));
    var numbers = zeros(Shape.of(SAMPLES, 8));
    for (Loss loss : List.<Loss>of(Loss.mse(), Loss.l1(), Loss.smoothL1()))
      train(() -> Sequential.of(new Linear(8, 32), new Tanh(), new Linear(32, 8)), numbers, numbers, loss,
          Adam.of(1e-3),
          Fit.epochs(1).batchSize(32));
  }

  private static void classify(java.util.function.Function<String, Module> models, String name, Shape sample,
      Rule rule) {
    train(() -> models.apply(name), zeros(sample.insert(0, SAMPLES)), Tensor.of(new long[SAMPLES]),
        Loss.crossEntropy(), rule, Fit.epochs(1).batchSize(64).validationSplit(0.2), Metric.accuracy());
  }

  private static Tensor zeros(Shape shape) {
    return Tensor.of(new float[(int) shape.numel()], shape);
  }

  private static void text(String name) {
    var sizes = new LanguageModelSizes(65, 2, 4, 128, 64, 0.1);
    var tokens = Tensor.zeros(SAMPLES, sizes.context()).to(DType.INT64);
    train(() -> LanguageModels.named(name, sizes), tokens, tokens,
        (logits, target) -> Loss.crossEntropy().of(logits.reshape(-1, sizes.vocabulary()),
            target.reshape(-1)),
        AdamW.of(1e-3).withBetas(0.9, 0.99).withWeightDecay(0.1),
        Fit.epochs(1).batchSize(64).clip(GradClip.byNorm(1)));
  }

  private static void train(Supplier<Module> model, Tensor x, Tensor y, Loss loss, Rule rule, Fit fit,
      Metric... metrics) {
    try (var _ = Scope.open()) {
      var trainer = Trainer.of(model.get()).loss(loss).optimizer(rule).metric(metrics);
      var data = new TensorDataset(x, y);
      trainer.fit(data, fit);
      trainer.evaluate(data);
      if (x.dtype() == DType.FLOAT32) trainer.predict(x.slice(0, 0, 1)).toFloats();
    }
  }

  /** Each function of one or two float32 tensors by itself: side by side, strided, and one number for all. */
  private static void singleOps() {
    var one = new ArrayList<UnaryOperator<Tensor>>(
        List.of(Tensor::neg, Tensor::abs, Tensor::sign, Tensor::floor, Tensor::ceil,
            Tensor::round, Tensor::square, Tensor::sqrt, Tensor::rsqrt, Tensor::exp, Tensor::log, Tensor::sin,
            Tensor::cos,
            Tensor::tanh, Tensor::sigmoid, Tensor::erf, Tensor::relu, Tensor::contiguous, t -> t.add(1),
            t -> t.mul(2),
            t -> t.sum(), t -> t.mean(), t -> t.max(), t -> t.min(), t -> t.sum(0), t -> t.sum(1),
            t -> t.mean(1), t -> t.argmax(1),
            t -> t.softmax(1), t -> t.logSoftmax(1), t -> t.to(DType.INT64), t -> t.to(DType.BOOL),
            t -> t.clamp(-1, 1)));
    var two = List.<BinaryOperator<Tensor>>of(Tensor::add, Tensor::sub, Tensor::mul, Tensor::div,
        Tensor::minimum,
        Tensor::maximum, Tensor::pow, Tensor::eq, Tensor::lt, Tensor::gt,
        (a, b) -> a.matmul(b.transpose(0, 1)));
    try (var _ = Scope.open()) {
      var x = Tensor.ones(48, 40).requiresGrad();
      var flipped = Tensor.ones(40, 48).requiresGrad();
      for (var f : one) {
        use(f.apply(x));
        use(f.apply(flipped.transpose(0, 1)));
      }
      for (var f : two) {
        use(f.apply(x, x));
        use(f.apply(x, flipped.transpose(0, 1)));
      }
      for (var f : two.subList(0, two.size() - 1)) {
        use(f.apply(x, Tensor.ones(40)));
        use(f.apply(x, Tensor.ones(48, 1)));
        use(f.apply(x, Tensor.scalar(2)));
      }
    }
  }

  /** With the gradient, if there is one. */
  private static void use(Tensor y) {
    if (y.dtype().isFloating()) y.sum().backward();
  }
}
