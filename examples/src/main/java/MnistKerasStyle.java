import io.jacquard.data.Mnist;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;

/*
 * Handwritten digits in the style of Keras: say what the model is, how it learns and for how long, and let a Trainer do
 * it. Without the MNIST files (the README says where they are looked for) it learns from generated digits, and says so.
 */
void main() {
  Generator.with(new Generator(42), this::lesson);
}

void lesson() {
  var mnist = Mnist.load();
  IO.println("%d digits to learn from: %s".formatted(mnist.train().size(), mnist.source()));

  var model = Sequential.of(
      new Flatten(), // [N, 1, 28, 28] to [N, 784]
      new Linear(784, 128),
      new ReLU(),
      new Dropout(0.2), // in training one in five is left out, so that none is relied on
      new Linear(128, 10)); // a score for each digit; the loss turns scores into probabilities
  IO.println(model);

  var trainer = Trainer.of(model)
      .loss(Loss.crossEntropy())
      .optimizer(Adam.of(1e-3))
      .metric(Metric.accuracy());

  trainer.fit(mnist.train(), Fit.epochs(5).batchSize(32).validationSplit(0.1)
      .listener(TrainingListener.onEpoch(IO::println)));

  IO.println("Test: " + trainer.evaluate(mnist.test()));
}
