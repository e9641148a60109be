package io.jacquard.cli.bench;

import static io.jacquard.cli.bench.Workload.network;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.cli.bench.Workload.Group;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.data.text.RandomWindows;
import io.jacquard.models.ImageModels;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.LanguageModels;
import io.jacquard.models.Mlp;
import io.jacquard.models.Models;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Precision;
import io.jacquard.train.Trainer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Training steps and inference of whole networks. */
final class Networks {
  static final Shape DIGIT = Shape.of(1, 28, 28);
  static final Shape PICTURE = Shape.of(3, 32, 32);
  private static final int CHARACTERS = 65;
  private static final int CONTEXT = 64;

  private Networks() {}

  static List<Workload> all() {
    return Stream.of(
        Stream.of(training("mlp 784-128-10", Models::mlp, DIGIT, 64)),
        IntStream.of(8, 64, 512, 2048)
            .mapToObj(batch -> training("mlp 784-512-512-10", Networks::wide, DIGIT, batch)),
        Stream.of(training("cnn", Models::cnn, DIGIT, 64),
            training("resnet20", () -> ImageModels.named("resnet20", 3, 10), PICTURE, 32),
            text("lstm", "lstm width 128", sizes().width(128), 32),
            text("gpt", "gpt width 128", sizes().layers(4).heads(4).width(128), 16)),
        IntStream.of(1, 8, 64, 256).mapToObj(batch -> inference("cnn", Models::cnn, DIGIT, batch)),
        Stream.of(inference("mlp 784-128-10", Models::mlp, DIGIT, 1),
            inference("resnet20", () -> ImageModels.named("resnet20", 3, 10), PICTURE, 1)))
        .<Workload>flatMap(s -> s).toList();
  }

  private static Module wide() {
    return new Mlp(784, List.of(512, 512), 10, "relu", 0).build(new Flatten());
  }

  private static LanguageModelSizes sizes() {
    return LanguageModelSizes.of(CHARACTERS).context(CONTEXT);
  }

  /** With Adam and cross-entropy, from gathering the batch to the update. */
  static Workload training(String name, Supplier<Module> model, Shape sample, int batch) {
    return network(Group.TRAINING, "train " + name + " batch " + batch, batch,
        precision -> new TrainingWork(model.get(), pictures(sample, batch * TrainingWork.steps(batch)), batch,
            Loss.crossEntropy(), precision));
  }

  /** Random bytes as pictures, in ten classes. */
  private static Dataset pictures(Shape sample, int count) {
    var images = new byte[Math.toIntExact(count * sample.numel())];
    var labels = new long[count];
    var random = new SplittableRandom(1);
    random.nextBytes(images);
    for (int i = 0; i < count; i++) labels[i] = random.nextInt(10);
    try (var _ = Scope.open()) {
      return new TensorDataset(Tensor.of(images, sample.insert(0, count)), Tensor.of(labels),
          x -> x.to(DType.FLOAT32).div(255));
    }
  }

  static Workload text(String model, String name, LanguageModelSizes sizes, int batch) {
    return network(Group.TRAINING, "train " + name + " batch " + batch, batch,
        precision -> {
          var tokens = Generator.current().permutation(10_000);
          for (int i = 0; i < tokens.length; i++) tokens[i] %= sizes.vocabulary();
          Loss loss = (logits, target) -> Loss.crossEntropy().of(logits.reshape(-1, sizes.vocabulary()),
              target.reshape(-1));
          return new TrainingWork(LanguageModels.named(model, sizes),
              new RandomWindows(tokens, sizes.context(), (long) batch * TrainingWork.steps(batch)), batch,
              loss,
              precision);
        });
  }

  /** From a tensor on the device to numbers on the host. */
  private static Workload inference(String name, Supplier<Module> maker, Shape sample, int batch) {
    return network(Group.INFERENCE, "predict " + name + " batch " + batch, batch, precision -> {
      var given = new Holdings(Precision.FLOAT32);
      var model = maker.get().eval();
      var x = given.uniform(sample.insert(0, batch).sizes());
      var trainer = Trainer.of(model).precision(precision);
      return given.computing(() -> {
        var logits = trainer.predict(x);
        logits.toFloats();
        return logits;
      });
    });
  }
}
