package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.inspect.Difference;
import io.jacquard.inspect.Evidence;
import io.jacquard.inspect.SideBySide;
import io.jacquard.io.AtomicFile;
import io.jacquard.io.Safetensors;
import io.jacquard.io.Safetensors.Contents;
import io.jacquard.io.Safetensors.Entry;
import io.jacquard.spi.Device;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The first call of a step that differs between backends, as {@code jacquard verify} saves it: the call's inputs, what each
 * of the two backends made of them, and which step it was, so that it can be repeated.
 *
 * @param call its number in the step, from 1
 * @param name of the call
 */
record SavedDifference(VerifiedStep step, List<String> backends, int call, String name, List<Entry> inputs) {
  static final String INPUTS = "inputs.safetensors";
  static final String EXPECTED = "expected.safetensors";
  static final String FOUND = "found.safetensors";
  static final String TEXT = "difference.txt";
  /** More samples, calls or backends than any file of ours names. */
  private static final int MOST = 1 << 20;

  static void write(Path folder, VerifiedStep step, List<String> backends, SideBySide all) {
    var difference = all.first().orElseThrow();
    var evidence = all.evidence().orElseThrow();
    var metadata = Map.of("task", "verify", "model", step.model(), "batch", Integer.toString(step.batch()),
        "seed",
        Long.toString(step.seed()), "backends", String.join(",", backends), "call",
        Integer.toString(difference.call()), "name", difference.name(), "version", Version.jacquard());
    Safetensors.write(folder.resolve(EXPECTED), contents("output", evidence.expected(), metadata));
    Safetensors.write(folder.resolve(FOUND), contents("output", evidence.found(), metadata));
    Safetensors.write(folder.resolve(INPUTS), contents("input", evidence.inputs(), metadata));
    AtomicFile.write(folder.resolve(TEXT), (difference.describe() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static Contents contents(String name, List<Entry> entries, Map<String, String> metadata) {
    SequencedMap<String, Entry> named = new LinkedHashMap<>();
    for (int i = 0; i < entries.size(); i++) named.put("%s%02d".formatted(name, i), entries.get(i));
    return new Contents(named, metadata);
  }

  /** Reads what {@link #write} has saved. */
  static SavedDifference read(Path folder) {
    var file = folder.resolve(INPUTS);
    if (!Files.isRegularFile(file))
      throw new JacquardException(
          "There is no " + file + ". Name a folder that 'jacquard verify' has saved.");
    var contents = Safetensors.read(file, Arena.ofAuto());
    var metadata = contents.metadata();
    if (!"verify".equals(metadata.get("task")))
      throw new JacquardException(
          file + " is not what 'jacquard verify' has saved. Name a folder of its own.");
    var model = PredictCommand.required(file, metadata, "model");
    if (!KnownModel.byLabel().containsKey(model))
      throw new JacquardException(file + ": there is no model '" + model + "' in this version of Jacquard.");
    var step = new VerifiedStep(model, (int) number(file, metadata, "batch", MOST),
        number(file, metadata, "seed", Long.MAX_VALUE));
    return new SavedDifference(step, List.of(PredictCommand.required(file, metadata, "backends").split(",")),
        (int) number(file, metadata, "call", MOST), PredictCommand.required(file, metadata, "name"),
        List.copyOf(contents.tensors().values()));
  }

  private static long number(Path file, Map<String, String> metadata, String key, long most) {
    var text = PredictCommand.required(file, metadata, key);
    try {
      long value = Long.parseLong(text);
      if (value <= most && (most == Long.MAX_VALUE || value >= 1)) return value;
    } catch (NumberFormatException _) {
      // said below
    }
    throw new JacquardException(file + ": its " + key + " is no number that 'jacquard verify' would save.");
  }

  SideBySide replaying(List<Device> devices) {
    return SideBySide.replaying(devices, call, name, inputs);
  }

  /** Refuses to call it agreement if the call did not come up. */
  void requireMet(SideBySide all) {
    if (!all.targetMet())
      throw new JacquardException("Call " + call + " of the step is no longer " + name
          + ", so there is nothing to repeat: the operations have changed since it was saved. Run 'jacquard verify' anew.");
  }
}
