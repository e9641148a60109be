import io.jacquard.DType;
import io.jacquard.data.Dataset;
import io.jacquard.data.Mnist;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Trainer;
import java.util.stream.IntStream;

/*
 * What a convolution is, and why pictures like it. First a filter of nine numbers, chosen by hand, finds the left edge of a
 * square. Then a convolutional network and one of linear layers only, with four times as many weights, learn the same
 * digits. On digits moved by three pixels, which neither has seen, the convolutions lose less: a filter finds its stroke
 * wherever it is.
 */
void main() {
  edges();
  Generator.with(new Generator(42), this::digits);
}

void edges() {
  var picture = Tensor.of(new float[][]{
      {0, 0, 0, 0, 0, 0},
      {0, 0, 1, 1, 1, 0},
      {0, 0, 1, 1, 1, 0},
      {0, 0, 1, 1, 1, 0},
      {0, 0, 0, 0, 0, 0}});
  var edge = Tensor.of(new float[][]{
      {-1, 1, 0},
      {-1, 1, 0},
      {-1, 1, 0}}); // dark on the left, bright in the middle
  // Pictures come as [N, channels, height, width], filters as [filters, channels, height, width].
  var found = picture.reshape(1, 1, 5, 6).conv2d(edge.reshape(1, 1, 3, 3), null).reshape(3, 4);
  for (int row = 0; row < 3; row++)
    IO.println("the filter in row " + row + ": " + Arrays.toString(found.select(0, row).toFloats()));
}

void digits() {
  var mnist = Mnist.load();
  IO.println("Digits: " + mnist.source());
  var some = first(mnist.train(), 5000);
  var convolutional = Sequential.of(
      new Conv2d(1, 8, 3), new ReLU(), new MaxPool2d(2), // [N, 8, 13, 13]
      new Conv2d(8, 16, 3), new ReLU(), new MaxPool2d(2), // [N, 16, 5, 5]
      new Flatten(), new Linear(400, 32), new ReLU(), new Linear(32, 10));
  var linear = Sequential.of(
      new Flatten(), new Linear(784, 72), new ReLU(), new Linear(72, 10));
  for (var model : List.of(convolutional, linear)) {
    Trainer.of(model).optimizer(Adam.of(2e-3)).fit(some, Fit.epochs(4).batchSize(32));
    IO.println("%s, %d weights: %.1f %% right, moved by three pixels %.1f %%".formatted(
        model == convolutional ? "convolutions" : "linear layers", weights(model),
        100 * accuracy(model, mnist.test(), 0), 100 * accuracy(model, mnist.test(), 3)));
  }
}

Dataset first(Dataset data, int count) {
  return data.subset(IntStream.range(0, (int) Math.min(count, data.size())).toArray());
}

long weights(Module model) {
  return model.parameters().stream().mapToLong(p -> p.value().numel()).sum();
}

/** @param shift by so many pixels pictures are moved to the right and down */
double accuracy(Module model, Dataset data, int shift) {
  model.eval();
  double right = 0;
  for (long from = 0; from < data.size(); from += 500) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var batch = data.batch(Tensor.arange(from, Math.min(from + 500, data.size()), 1));
      var x = batch.x().roll(new long[]{shift, shift}, new int[]{2, 3});
      right += model.call(x).argmax(1).eq(batch.y()).to(DType.FLOAT32).sum().item();
    }
  }
  return right / data.size();
}
