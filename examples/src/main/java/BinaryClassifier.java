import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.data.DataLoader;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Sigmoid;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/*
 * Yes or no: a network with one output between 0 and 1, read as a probability, trained with binary cross-entropy and
 * Adam for 100 epochs. The loop is written out: it is all that training is.
 */
void main() {
  Generator.with(new Generator(42), this::lesson);
}

void lesson() {
  // 400 points in a cube. Yes: the point lies in the ball round the middle; no straight cut finds that.
  var points = Tensor.of(Generator.current().uniform(400 * 3, -1, 1), Shape.of(400, 3));
  var inside = points.square().sum(true, 1).lt(0.9).to(DType.FLOAT32);
  var data = new TensorDataset(points, inside);
  var training = data.subset(0, 300);
  var test = data.subset(300, 400);

  var model = Sequential.of(new Linear(3, 8), new ReLU(), new Linear(8, 1), new Sigmoid());
  var lossFn = Loss.bce();
  var optimizer = Adam.of(0.01).over(model);
  IO.println("%d parameters".formatted(model.parameterCount()));

  for (int epoch = 1; epoch <= 100; epoch++) {
    var sum = 0.0;
    for (var batch : DataLoader.shuffled(training, 30)) {
      try (var _ = Scope.open()) { // frees what a step computes
        optimizer.zeroGrad(); // forget the gradients of the step before
        var loss = lossFn.of(model.call(batch.x()), batch.y()); // how wrong is the network?
        loss.backward(); // which way is less wrong, for every weight?
        optimizer.step(); // go a little that way
        sum += loss.item() * batch.size();
      }
    }
    if (epoch == 1 || epoch % 20 == 0)
      IO.println("epoch %3d: loss %.4f".formatted(epoch, sum / training.size()));
  }

  for (var batch : DataLoader.inOrder(test, 100)) {
    var yes = model.call(batch.x()).gt(0.5);
    var right = yes.eq(batch.y().gt(0.5)).sum().item();
    var always = batch.y().lt(0.5).sum().item();
    IO.println(
        "test: %.0f of 100 right; always saying no would be right %.0f times".formatted(right, always));
  }
}
