package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.optim.ReduceOnPlateau;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * How a training stands between two steps, beside the values of its model and optimizer: everything that the next steps
 * depend on, and what was measured so far.
 *
 * @param seed of the random numbers
 * @param draws how many draws were taken
 * @param walkDraws how many had been taken when this epoch's order was drawn
 * @param walks the number of this epoch's walk over the data, over all fits
 * @param epoch from 1
 * @param step how many of the epoch's steps are done; 0 before its order was drawn
 * @param nanos the time of these steps
 * @param updates steps of the optimizer in this fit
 * @param samples seen in this fit
 * @param readings what this epoch's steps were measured to be
 * @param plateau what the plateau has seen, if learning rates follow one
 * @param epochs those that are done
 * @param stepNanos the duration of each step in this fit
 */
record Standing(long seed, long draws, long walkDraws, long walks, int epoch, long step, long nanos,
    long updates, long samples, Readings.State readings, ReduceOnPlateau.@Nullable State plateau,
    List<Epoch> epochs, long[] stepNanos) {

  /** The numbers, as texts that give back the same bits. */
  Map<String, String> texts() {
    var map = new LinkedHashMap<String, String>();
    map.put("seed", Long.toString(seed));
    map.put("draws", Long.toString(draws));
    map.put("walk_draws", Long.toString(walkDraws));
    map.put("walks", Long.toString(walks));
    map.put("epoch", Integer.toString(epoch));
    map.put("step", Long.toString(step));
    map.put("nanos", Long.toString(nanos));
    map.put("updates", Long.toString(updates));
    map.put("samples", Long.toString(samples));
    map.put("epoch_samples", Long.toString(readings.samples()));
    map.put("epoch_loss_sum", Double.toString(readings.lossSum()));
    map.put("metrics", String.join("\n", readings.metrics().keySet()));
    map.put("history", epochs.isEmpty() ? "" : String.join("\n", epochs.getFirst().values().keySet()));
    if (plateau != null)
      map.put("plateau", plateau.best() + " " + plateau.bad() + " " + plateau.cooling());
    return map;
  }

  /** The numbers of which there are many. */
  SequencedMap<String, Object> arrays() {
    var map = new LinkedHashMap<String, Object>();
    readings.metrics().forEach((name, state) -> map.put("metric." + name, state));
    map.put("step_nanos", stepNanos);
    map.put("history", epochs.stream().flatMapToDouble(Standing::row).toArray());
    return map;
  }

  private static DoubleStream row(Epoch epoch) {
    return DoubleStream.concat(
        epoch.values().values().stream().mapToDouble(Double::doubleValue),
        DoubleStream.of(epoch.seconds(), epoch.samplesPerSecond()));
  }

  /** The reverse of {@link #texts} and {@link #arrays}. */
  static Standing of(Map<String, String> texts, Map<String, Object> arrays) {
    var from = new From(texts, arrays);
    var metrics = new LinkedHashMap<String, double[]>();
    for (var name : from.names("metrics")) metrics.put(name, from.doubles("metric." + name));
    return new Standing(from.number("seed"), from.count("draws"), from.count("walk_draws"),
        from.count("walks"), Math.toIntExact(from.count("epoch")), from.count("step"), from.count("nanos"),
        from.count("updates"), from.count("samples"),
        new Readings.State(Double.parseDouble(from.text("epoch_loss_sum")), from.count("epoch_samples"),
            metrics),
        from.plateau(), from.epochs(), from.longs("step_nanos"));
  }

  /** Reads with distrust: a file that was written by something else is told from one that fits. */
  private record From(Map<String, String> texts, Map<String, Object> arrays) {
    String text(String key) {
      var text = texts.get(key);
      if (text == null) throw new JacquardException("it does not say '" + key + "'.");
      return text;
    }

    long number(String key) {
      return Long.parseLong(text(key));
    }

    /** A number that is no less than 0. */
    long count(String key) {
      long count = number(key);
      if (count < 0) throw new JacquardException("'" + key + "' is " + count + ", expected 0 or more.");
      return count;
    }

    List<String> names(String key) {
      var text = text(key);
      return text.isEmpty() ? List.of() : List.of(text.split("\n"));
    }

    double[] doubles(String key) {
      if (!(arrays.get(key) instanceof double[] values))
        throw new JacquardException("it lacks the numbers '" + key + "'.");
      return values;
    }

    long[] longs(String key) {
      if (!(arrays.get(key) instanceof long[] values))
        throw new JacquardException("it lacks the numbers '" + key + "'.");
      return values;
    }

    ReduceOnPlateau.@Nullable State plateau() {
      if (!texts.containsKey("plateau")) return null;
      var parts = text("plateau").split(" ");
      if (parts.length != 3)
        throw new JacquardException("its plateau has " + parts.length + " numbers, expected 3.");
      return new ReduceOnPlateau.State(Double.parseDouble(parts[0]), Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]));
    }

    List<Epoch> epochs() {
      var names = names("history");
      var values = doubles("history");
      int width = names.size() + 2;
      var epochs = new ArrayList<Epoch>();
      for (int at = 0; at + width <= values.length; at += width) {
        var row = Arrays.copyOfRange(values, at, at + width);
        var byName = new LinkedHashMap<String, Double>();
        for (int i = 0; i < names.size(); i++) byName.put(names.get(i), row[i]);
        epochs.add(new Epoch(epochs.size() + 1, byName, row[width - 2], row[width - 1], true));
      }
      return epochs;
    }
  }
}
