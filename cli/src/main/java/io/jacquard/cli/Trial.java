package io.jacquard.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * One combination of a sweep.
 *
 * @param options of {@code jacquard train} by their names, the seed among them
 */
record Trial(SequencedMap<String, String> options) {
  private static final String SEED = "--seed";

  /** Every combination; a list without values is left out, so that what is usual for the task applies. */
  static List<Trial> all(List<String> layers, List<String> activations, List<Double> rates,
      List<Long> seeds) {
    var trials = List.of(new Trial(new LinkedHashMap<>()));
    trials = times(trials, "--hidden", layers.stream().map(text -> text.replace('x', ',')).toList());
    trials = times(trials, "--activation", activations);
    trials = times(trials, "--lr", rates.stream().map(Format::plain).toList());
    return times(trials, SEED, seeds.stream().map(String::valueOf).toList());
  }

  private static List<Trial> times(List<Trial> trials, String option, List<String> values) {
    if (values.isEmpty()) return trials;
    var all = new ArrayList<Trial>();
    for (var trial : trials) {
      for (var value : values.stream().distinct().toList()) {
        var options = new LinkedHashMap<>(trial.options);
        options.put(option, value);
        all.add(new Trial(options));
      }
    }
    return all;
  }

  List<String> arguments() {
    return options.entrySet().stream().flatMap(e -> List.of(e.getKey(), e.getValue()).stream()).toList();
  }

  /** Of its folder: {@code hidden128x64-relu-lr0.001-seed0}. */
  String folder() {
    return options.entrySet().stream().map(e -> switch (e.getKey()) {
      case "--hidden" -> "hidden" + e.getValue().replace(',', 'x');
      case "--activation" -> e.getValue();
      default -> e.getKey().substring(2) + e.getValue();
    }).collect(Collectors.joining("-"));
  }

  /** What it shares with the trials that differ in the seed only, by names for people. */
  SequencedMap<String, String> group() {
    var group = new LinkedHashMap<String, String>();
    options.forEach((option, value) -> {
      if (!option.equals(SEED))
        group.put(name(option), option.equals("--hidden")
            ? value.replace(',', 'x')
            : value);
    });
    return group;
  }

  private static String name(String option) {
    return Map.of("--hidden", "layers", "--activation", "activation").getOrDefault(option,
        option.substring(2));
  }

  /** {@code layers 128x64, lr 0.001, seed 0} */
  @Override
  public String toString() {
    var parts = new ArrayList<String>();
    group().forEach((name, value) -> parts.add(name + " " + value));
    parts.add("seed " + options.get(SEED));
    return String.join(", ", parts);
  }
}
