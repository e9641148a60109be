import io.jacquard.DType;
import io.jacquard.data.Dataset;
import io.jacquard.data.Mnist;
import io.jacquard.data.TensorDataset;
import io.jacquard.data.image.ImageGrid;
import io.jacquard.explain.Activations;
import io.jacquard.explain.GradCam;
import io.jacquard.explain.HeatMap;
import io.jacquard.explain.IntegratedGradients;
import io.jacquard.explain.Occlusion;
import io.jacquard.data.image.Tiles;
import io.jacquard.io.AtomicFile;
import io.jacquard.nn.AdaptiveAvgPool2d;
import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Trainer;
import java.util.stream.IntStream;

/*
 * What does a network look at? Digits are put into one of the four quarters of a larger picture, on noisy paper, and a network
 * learns to read them, wherever they are; nobody tells it where. Then three methods say where it looked: Grad-CAM, occlusion
 * and integrated gradients, whose contributions add up to what the network says. Pictures of it are written to
 * target/looking-inside.
 */
void main() {
  Generator.with(new Generator(11), this::look);
}

void look() {
  var mnist = Mnist.load();
  IO.println("Digits: " + mnist.source());
  var model = Sequential.of(
      new Conv2d(1, 8, 3), new BatchNorm2d(8), new ReLU(), new MaxPool2d(2), // [N, 8, 19, 19]
      new Conv2d(8, 24, 3), new BatchNorm2d(24), new ReLU(), new MaxPool2d(2), // [N, 24, 8, 8]
      new Conv2d(24, 32, 3), new BatchNorm2d(32), new ReLU(), // [N, 32, 6, 6]
      new AdaptiveAvgPool2d(1), new Flatten(), new Linear(32, 10)); // the place is forgotten here
  var trainer = Trainer.of(model).optimizer(Adam.of(4e-3)).metric(Metric.accuracy());
  trainer.fit(hidden(mnist.train(), 3000), Fit.epochs(5).batchSize(32));
  var test = hidden(mnist.test(), 200);
  IO.println("read: %.1f %%".formatted(100 * trainer.evaluate(test).metric()));

  try (var _ = Scope.open()) {
    var batch = test.batch(Tensor.arange(100));
    var x = batch.x();
    var where = quarters(Occlusion.of(10, 5).of(model, x));
    var hits = quarters(GradCam.last().of(model, x));
    IO.println("Grad-CAM peaks in the digit's quarter: " + right(hits) + " of 100");
    IO.println("occlusion peaks in the digit's quarter: " + right(where) + " of 100");

    var one = x.slice(0, 0, 1);
    var how = IntegratedGradients.of();
    var parts = how.of(model, one);
    int digit = (int) model.eval().call(one).argmax(1).item();
    double score = model.call(one).select(1, digit).item();
    double nothing = model.call(Tensor.zerosLike(one)).select(1, digit).item();
    IO.println("the score of a %d is %.4f, %.4f above that of black paper".formatted(digit, score,
        score - nothing));
    IO.println("the pixels' contributions add up to %.4f".formatted(parts.sum().item()));
    draw(model, x);
  }
}

/** Pictures [N, 1, 40, 40] of noise up to 0.3, with digit i shrunk to 20 by 20 in quarter i % 4. */
Dataset hidden(Dataset digits, int count) {
  try (var _ = Scope.open()) {
    var batch = digits.batch(Tensor.of(IntStream.range(0, count).toArray()));
    // [N, 1, 20, 20]: of each picture the middle 20 by 20, which hold the digit.
    var small = batch.x().slice(2, 4, 24).slice(3, 4, 24);
    var sheets = Tensor.rand(count, 1, 40, 40).mul(0.3);
    var parts = new Tensor[4];
    for (int quarter = 0; quarter < 4; quarter++) {
      int top = quarter / 2 * 20;
      int left = quarter % 2 * 20;
      parts[quarter] = small.pad(0.0, left, 20 - left, top, 20 - top);
    }
    var places = Tensor.of(IntStream.range(0, count).map(i -> i % 4).toArray());
    var placed = Tensor.zerosLike(sheets);
    for (int quarter = 0; quarter < 4; quarter++)
      placed = placed.add(parts[quarter].mul(places.eq(quarter).to(DType.FLOAT32).reshape(count, 1, 1, 1)));
    return new TensorDataset(sheets.maximum(placed), batch.y());
  }
}

/** In which quarter each map [N, 1, 40, 40] has its peak. */
int[] quarters(Tensor maps) {
  var peaks = maps.flatten(1).argmax(1).toLongs();
  return IntStream.range(0, peaks.length).map(i -> (int) (peaks[i] / 40 / 20 * 2 + peaks[i] % 40 / 20))
      .toArray();
}

long right(int[] quarters) {
  return IntStream.range(0, quarters.length).filter(i -> quarters[i] == i % 4).count();
}

void draw(Module model, Tensor x) {
  var folder = Path.of("target", "looking-inside");
  AtomicFile.requireWritableFolder(folder); // makes it
  var maps = GradCam.last().of(model, x.slice(0, 0, 8));
  var over = new Tensor[8];
  for (int i = 0; i < 8; i++) over[i] = HeatMap.POSITIVE.over(x.select(0, i), maps.select(0, i));
  ImageGrid.write(folder.resolve("grad-cam.png"), Tensor.stack(0, over), 8);
  ImageGrid.write(folder.resolve("filters.png"), Tiles.filters(model.stateDict().get("0.weight")), 8);
  try (var seen = Activations.of(model, x.slice(0, 0, 1))) {
    ImageGrid.write(folder.resolve("first-layer.png"), Tiles.activations(seen.at("0").select(0, 0)), 8);
  }
  IO.println("drawn: " + folder);
}
