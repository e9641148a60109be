import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.Mnist;
import io.jacquard.data.image.ImageGrid;
import io.jacquard.io.AtomicFile;
import io.jacquard.models.Autoencoder;
import io.jacquard.models.VariationalAutoencoder;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.function.Function;

/*
 * Networks that learn without labels. An autoencoder must put each digit into 16 numbers and draw it again from these. A
 * variational one learns a distribution of such numbers for each digit, close to the normal one; so numbers drawn at random
 * are digits that nobody wrote. Pictures go to target/autoencoders: digits above, what became of them below.
 */
int code = 16;
int shown = 10;
Path folder = Path.of("target", "autoencoders");

void main() {
  Generator.with(new Generator(42), this::lesson);
}

void lesson() {
  AtomicFile.requireWritableFolder(folder); // made if need be
  var mnist = Mnist.load();
  IO.println("Digits: " + mnist.source());
  var digits = mnist.train().subset(0, 10_000);
  var some = mnist.test().batch(Tensor.arange(shown)).x();

  var simple = new Autoencoder(code);
  IO.println("Autoencoder: cross-entropy of a pixel");
  train(simple, digits, x -> Loss.bceWithLogits().of(simple.call(x), x.flatten(1)));
  show("autoencoder.png", some, simple.call(some));

  var model = new VariationalAutoencoder(code);
  IO.println("Variational autoencoder: nats a picture");
  train(model, digits, model::loss);
  show("variational.png", some, model.reconstruct(some));

  try (var _ = GradMode.noGrad()) {
    var drawn = model.decode(Tensor.randn(64, code)).sigmoid();
    ImageGrid.write(folder.resolve("drawn.png"), drawn.reshape(64, 1, 28, 28), 8);
  }
  IO.println("Drawn from random numbers: " + folder.resolve("drawn.png"));
}

void train(Module model, Dataset digits, Function<Tensor, Tensor> lossOf) {
  var optimizer = Adam.of(2e-3).over(model);
  for (int epoch = 1; epoch <= 4; epoch++) {
    double sum = 0;
    int steps = 0;
    for (var batch : DataLoader.shuffled(digits, 100)) {
      try (var _ = Scope.open()) {
        optimizer.zeroGrad();
        var loss = lossOf.apply(batch.x());
        loss.backward();
        optimizer.step();
        sum += loss.item();
        steps++;
      }
    }
    IO.println("  epoch %d: loss %.4f".formatted(epoch, sum / steps));
  }
}

/** Digits above, reconstructions below, and how far they are apart. */
void show(String name, Tensor digits, Tensor logits) {
  try (var _ = GradMode.noGrad()) {
    var again = logits.detach().sigmoid().reshape(digits.shape());
    IO.println("  mean squared error of a pixel: %.4f, in %s".formatted(
        again.sub(digits).square().mean().item(), folder.resolve(name)));
    ImageGrid.write(folder.resolve(name), Tensor.concat(0, digits, again), shown);
  }
}
