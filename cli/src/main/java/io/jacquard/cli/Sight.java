package io.jacquard.cli;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.data.Dataset;
import io.jacquard.data.csv.Target;
import io.jacquard.data.image.ImageGrid;
import io.jacquard.io.ModelFile;
import io.jacquard.nn.Module;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Trainer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a run's latest model does on samples of its test set: a confusion matrix, and some pictures with what it says to
 * them. The data is loaded with the run's own command line, when it is asked for first.
 */
final class Sight {
  private static final int MOST_SAMPLES = 1000;
  private static final int BATCH = 100;
  private static final int PICTURES = 24;
  /** More classes than these are no table to look at. */
  private static final int MOST_CLASSES = 40;

  private final WatchedRun run;
  private final Device device;
  private @Nullable Task task;
  private @Nullable Dataset samples;
  private @Nullable Module model;
  private long shown = -1;
  private SequencedMap<String, Object> last = new LinkedHashMap<>();

  Sight(WatchedRun run, Device device) {
    this.run = run;
    this.device = device;
  }

  /** As JSON has it; computed anew when the model has changed. */
  synchronized SequencedMap<String, Object> look() {
    long time = run.modelTime();
    if (time == shown) return last;
    var map = new LinkedHashMap<String, Object>();
    map.put("model_time", time);
    if (time == 0) {
      map.put("problem", "The first model is saved when the first epoch is done.");
    } else {
      try {
        Device.with(device, () -> {
          try (var _ = Scope.open()) {
            see(map);
          }
        });
      } catch (JacquardException e) {
        map.put("problem", String.valueOf(e.getMessage()));
      }
    }
    shown = time;
    last = map;
    return map;
  }

  private void see(Map<String, Object> map) {
    var file = run.folder().resolve(RunFolder.MODEL);
    var metadata = ModelFile.metadata(file);
    var kind = metadata.getOrDefault("task", MnistTask.NAME);
    if (kind.equals(TextTask.NAME))
      throw new JacquardException("A text has no samples to show. See what it writes: jacquard generate "
          + run.folder());
    load(kind, file);
    var data = Objects.requireNonNull(samples);
    var trained = Objects.requireNonNull(model);
    ModelFile.load(trained, file);
    if (kind.equals(CsvTask.NAME)) {
      var target = CsvModel.load(file, metadata).encoder().target();
      if (target instanceof Target.Classes(var _, var classes))
        classified(map, data, trained, classes, null);
      else
        told(map, data, trained);
    } else {
      var saved = PictureModel.load(file, metadata);
      classified(map, data, trained, saved.classes(), saved);
    }
  }

  private void load(String kind, Path file) {
    if (task != null) return;
    var said = new ByteArrayOutputStream();
    var quiet = new Output(new PrintStream(said, false, StandardCharsets.UTF_8),
        new PrintStream(said, false, StandardCharsets.UTF_8), false, 80);
    var args = new ArrayList<>(List.of("train"));
    args.addAll(Resumption.begun(run.folder()));
    int code = ScopedValue.where(Training.INSTEAD, (Task loaded) -> task = loaded)
        .call(() -> Main.run(quiet, args.toArray(String[]::new)));
    if (code != 0 || task == null)
      throw new JacquardException("The run's data cannot be loaded: "
          + said.toString(StandardCharsets.UTF_8).replaceFirst("^jacquard: ", "").strip());
    var test = task.test();
    int count = (int) Math.min(test.size(), MOST_SAMPLES);
    // From everywhere: pictures in folders are ordered by class.
    samples = test.subset(IntStream.range(0, count).map(i -> (int) (i * test.size() / count)).toArray());
    model = task.model();
  }

  /** A sample with what the model says to it. */
  private record Seen(int number, int actual, int predicted, double probability) {
    boolean isWrong() {
      return actual != predicted;
    }
  }

  private void classified(Map<String, Object> map, Dataset data, Module model, List<String> classes,
      @Nullable PictureModel pictures) {
    var counts = new long[classes.size()][classes.size()];
    var seen = new ArrayList<Seen>();
    var trainer = Trainer.of(model);
    for (int from = 0; from < data.size(); from += BATCH) {
      try (var _ = Scope.open()) {
        var batch = data.batch(numbers(from, Math.min(from + BATCH, (int) data.size())));
        var probabilities = trainer.predict(batch.x()).softmax(1);
        var predicted = probabilities.argmax(1).toLongs();
        var most = probabilities.max(1).toDoubles();
        var actual = batch.y().to(DType.INT64).toLongs();
        for (int i = 0; i < actual.length; i++) {
          counts[(int) actual[i]][(int) predicted[i]]++;
          seen.add(new Seen(from + i, (int) actual[i], (int) predicted[i], most[i]));
        }
      }
    }
    map.put("samples", seen.size());
    map.put("accuracy", 1 - (double) seen.stream().filter(Seen::isWrong).count() / Math.max(1, seen.size()));
    if (classes.size() <= MOST_CLASSES) {
      map.put("classes", classes);
      map.put("confusion", Arrays.stream(counts)
          .map(row -> Arrays.stream(row).boxed().toList()).toList());
    }
    if (pictures != null) map.put("pictures", pictures(data, pictures, seen));
  }

  /** The surest mistakes first, then what comes. */
  private static List<SequencedMap<String, Object>> pictures(Dataset data, PictureModel saved,
      List<Seen> seen) {
    var chosen = new ArrayList<>(seen.stream().filter(Seen::isWrong)
        .sorted(Comparator.comparingDouble(one -> -one.probability)).limit(PICTURES / 2).toList());
    seen.stream().filter(one -> !one.isWrong()).limit(PICTURES - chosen.size()).forEach(chosen::add);
    var shown = new ArrayList<SequencedMap<String, Object>>();
    for (var one : chosen) {
      try (var _ = Scope.open()) {
        var map = new LinkedHashMap<String, Object>();
        map.put("png", Page.address(ImageGrid.png(
            saved.visible(data.batch(numbers(one.number, one.number + 1)).x()), 1)));
        map.put("actual", saved.classes().get(one.actual));
        map.put("predicted", saved.classes().get(one.predicted));
        map.put("probability", one.probability);
        map.put("right", !one.isWrong());
        shown.add(map);
      }
    }
    return shown;
  }

  private static Tensor numbers(int from, int to) {
    return Tensor.of(IntStream.range(from, to).toArray());
  }

  /** Of numbers: what they are, and what the model tells. */
  private static void told(Map<String, Object> map, Dataset data, Module model) {
    var points = new ArrayList<Object>();
    int count = (int) Math.min(data.size(), 400);
    var batch = data.batch(numbers(0, count));
    var told = Trainer.of(model).predict(batch.x()).toDoubles();
    var actual = batch.y().toDoubles();
    for (int i = 0; i < count; i++) points.add(List.<Object>of(actual[i], told[i]));
    map.put("samples", count);
    map.put("points", points);
  }
}
