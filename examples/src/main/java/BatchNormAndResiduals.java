import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.Mnist;
import io.jacquard.nn.BatchNorm1d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sigmoid;
import io.jacquard.nn.Residual;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;

/*
 * Two ways to train deep networks. Eight layers of sigmoids, one after the other, shrink what passes through them until all pictures look
 * alike, and no gradient comes back. Batch norm brings each layer's results back to mean 0 and variance 1. A residual adds a
 * layer's result to what came in, so that there is always a way on which nothing is lost.
 */
int depth = 8;
int width = 64;
int steps = 150;

void main() {
  var mnist = Mnist.load();
  IO.println("Digits: " + mnist.source());
  var digits = mnist.train().subset(0, 32 * steps);
  learn("plain", digits, () -> Sequential.of(new Linear(width, width), new Sigmoid()));
  learn("batch norm", digits,
      () -> Sequential.of(new Linear(width, width), new BatchNorm1d(width), new Sigmoid()));
  learn("residuals", digits,
      () -> Residual.of(Sequential.of(new Linear(width, width), new Sigmoid(), scaled())));
}

/** A layer that begins small, so that all of them do not blow up what passes by. */
Linear scaled() {
  var linear = new Linear(width, width);
  linear.weight().assign(linear.weight().value().mul(1.0 / depth));
  return linear;
}

void learn(String name, Dataset digits, Supplier<Module> layer) {
  Generator.with(new Generator(42), () -> {
    var layers = new ArrayList<Module>(List.of(new Flatten(), new Linear(784, width), new Sigmoid()));
    for (int i = 0; i < depth; i++) layers.add(layer.get());
    layers.add(new Linear(width, 10));
    var model = Sequential.of(layers);

    var optimizer = Adam.of(1e-3).over(model);
    double first = 0;
    double last = 0;
    double gradient = 0;
    int step = 0;
    for (var batch : DataLoader.shuffled(digits, 32)) {
      try (var _ = Scope.open()) {
        optimizer.zeroGrad();
        var loss = Loss.crossEntropy().of(model.call(batch.x()), batch.y());
        loss.backward();
        if (step == 0) {
          first = loss.item();
          gradient = model.namedParameters().get("1.weight").grad().norm().item();
        }
        if (step >= steps - 20) last += loss.item() / 20; // the mean of the last twenty
        optimizer.step();
        step++;
      }
    }
    IO.println("%-10s  gradient at the first layer %.0e, loss %.2f at first, %.2f after %d steps".formatted(
        name, gradient, first, last, step));
  });
}
