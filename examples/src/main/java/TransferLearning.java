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
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.Trainer;
import java.util.function.LongPredicate;

/*
 * What was learned for one task helps with another. A network learns to read 0 to 4 from many pictures. Its convolutions,
 * which have learned what strokes look like, are then frozen, and only a new head learns 5 to 9, from 100 pictures each.
 * Beside it the same network learns 5 to 9 from those pictures alone. Each is done with five seeds.
 */
int perClass = 100;
int seeds = 5;
int epochs = 4;

void main() {
  var mnist = Mnist.load();
  IO.println("Digits: " + mnist.source());
  var many = choose(mnist.train(), digit -> digit < 5, 1000);
  var few = choose(mnist.train(), digit -> digit >= 5, perClass);
  var test = choose(mnist.test(), digit -> digit >= 5, Integer.MAX_VALUE);
  IO.println("%d pictures of 0 to 4, %d of 5 to 9 to learn from, %d to test with".formatted(
      many.size(), few.size(), test.size()));

  var transferred = new double[seeds];
  var scratch = new double[seeds];
  for (int seed = 0; seed < seeds; seed++) {
    int run = seed;
    Generator.with(new Generator(seed), () -> {
      var features = features();
      train(Sequential.of(features, head()), many, 2);

      features.freeze();
      transferred[run] = accuracy(train(Sequential.of(features, head()), few, epochs), test);
      scratch[run] = accuracy(train(Sequential.of(features(), head()), few, epochs), test);
    });
    IO.println("seed %d: transferred %.1f %%, from scratch %.1f %%".formatted(
        seed, 100 * transferred[seed], 100 * scratch[seed]));
  }

  Arrays.sort(transferred);
  Arrays.sort(scratch);
  IO.println("median: transferred %.1f %%, from scratch %.1f %%".formatted(
      100 * transferred[seeds / 2], 100 * scratch[seeds / 2]));
}

/** What all digits have in common: strokes and their joints. */
Module features() {
  return Sequential.of(
      new Conv2d(1, 16, 3), new ReLU(), new MaxPool2d(2),
      new Conv2d(16, 32, 3), new ReLU(), new MaxPool2d(2),
      new Flatten()); // [N, 800]
}

/** What tells digits apart; ten scores, of which each task uses five. */
Module head() {
  return new Linear(800, 10);
}

Module train(Module model, Dataset data, int epochs) {
  Trainer.of(model).optimizer(Adam.of(1e-3)).fit(data, Fit.epochs(epochs).batchSize(32));
  return model;
}

double accuracy(Module model, Dataset data) {
  return Trainer.of(model).metric(Metric.accuracy()).evaluate(data).value("accuracy");
}

/** The first pictures of each digit that is wanted, up to a number. */
Dataset choose(Dataset data, LongPredicate wanted, int most) {
  var taken = new int[10];
  var samples = new ArrayList<Integer>();
  long[] labels = labels(data);
  for (int i = 0; i < labels.length; i++) {
    int digit = (int) labels[i];
    if (wanted.test(digit) && taken[digit] < most) {
      taken[digit]++;
      samples.add(i);
    }
  }
  return data.subset(samples.stream().mapToInt(Integer::intValue).toArray());
}

long[] labels(Dataset data) {
  var labels = new long[(int) data.size()];
  for (int from = 0; from < labels.length; from += 1000) {
    try (var _ = Scope.open()) { // a thousand pictures at a time
      int to = Math.min(from + 1000, labels.length);
      var some = data.batch(Tensor.arange(from, to, 1)).y().toLongs();
      System.arraycopy(some, 0, labels, from, some.length);
    }
  }
  return labels;
}
