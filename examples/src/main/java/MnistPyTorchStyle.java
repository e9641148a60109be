import io.jacquard.DType;
import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.Mnist;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Optimizer;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/*
 * Handwritten digits in the style of PyTorch: the model is a class with a forward method, and the loop is written out, step
 * by step. It does what a Trainer does in the style of Keras; here you can put anything in between.
 */
void main() {
  Generator.with(new Generator(42), this::lesson);
}

void lesson() {
  var mnist = Mnist.load();
  IO.println("%d digits to learn from: %s".formatted(mnist.train().size(), mnist.source()));
  var model = new Net();
  IO.println(model.parameters().size() + " parameters of these names: " + model.stateDict().keySet());

  var optimizer = Adam.of(1e-3).over(model);
  var loader = DataLoader.shuffled(mnist.train(), 64);
  for (int epoch = 1; epoch <= 2; epoch++) {
    IO.println("epoch %d: loss %.4f".formatted(epoch, train(model, optimizer, loader)));
    IO.println("epoch %d: %.2f %% of the test right".formatted(epoch, 100 * accuracy(model, mnist.test())));
  }
}

/** Two convolutions that look for strokes, and two linear layers that judge what was found. */
class Net extends Module {
  private final Conv2d conv1 = add("conv1", new Conv2d(1, 8, 3)); // [N, 8, 26, 26]
  private final Conv2d conv2 = add("conv2", new Conv2d(8, 16, 3)); // [N, 16, 11, 11], after pooling
  private final MaxPool2d pool = add("pool", new MaxPool2d(2));
  private final Flatten flatten = add("flatten", new Flatten());
  private final Linear fc1 = add("fc1", new Linear(16 * 5 * 5, 64));
  private final Linear fc2 = add("fc2", new Linear(64, 10));

  @Override
  protected Tensor forward(Tensor x) {
    var y = pool.call(conv1.call(x).relu());
    y = pool.call(conv2.call(y).relu());
    return fc2.call(fc1.call(flatten.call(y)).relu());
  }
}

/** One walk through the data; the mean loss. */
double train(Module model, Optimizer optimizer, DataLoader loader) {
  model.train();
  double sum = 0;
  for (var batch : loader) {
    try (var _ = Scope.open()) { // frees what the step computes
      optimizer.zeroGrad();
      var loss = Loss.crossEntropy().of(model.call(batch.x()), batch.y());
      loss.backward();
      optimizer.step();
      sum += loss.item() / loader.batches();
    }
  }
  return sum;
}

double accuracy(Module model, Dataset data) {
  model.eval();
  double right = 0;
  for (var batch : DataLoader.inOrder(data, 1000)) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      right += model.call(batch.x()).argmax(1).eq(batch.y()).to(DType.FLOAT32).sum().item();
    }
  }
  return right / data.size();
}
