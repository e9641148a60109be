import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.optim.SGD;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;

/*
 * The number that decides whether a network learns. Three neurons with the same beginning learn the same line by
 * gradient descent, and differ in the size of their steps alone: too small to arrive, right, and too large, so that each
 * step overshoots by more than the one before.
 */
void main() {
  learn("too low", 0.001);
  learn("right", 0.2);
  learn("too high", 2.0);
}

void learn(String name, double rate) {
  Generator.with(new Generator(42), () -> {
    var x = Tensor.of(Generator.current().uniform(64, -1, 1), Shape.of(64, 1));
    var line = new TensorDataset(x, x.mul(3).add(1));

    var neuron = new Linear(1, 1);
    var trainer = Trainer.of(neuron).loss(Loss.mse()).optimizer(SGD.of(rate));
    IO.println("%s, %s".formatted(name, rate));
    try {
      // One batch holds all points, so an epoch is a step.
      trainer.fit(line, Fit.epochs(100).batchSize(64).listener(TrainingListener.onEpoch(epoch -> {
        if (epoch.number() % 25 == 0)
          IO.println("  step %d: loss %.2g".formatted(epoch.number(), epoch.value("loss")));
      })));
      IO.println("  the line y = %.2f x %+.2f, and should be 3 x + 1".formatted(
          neuron.weight().value().item(), neuron.bias().value().item()));
    } catch (JacquardException diverged) {
      IO.println("  " + diverged.getMessage());
    }
  });
}
