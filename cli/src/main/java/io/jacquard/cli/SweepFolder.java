package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.io.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The folder of a sweep: {@code sweep.json}, the arguments that it was begun with, and a folder for each run. */
record SweepFolder(Path path) {
  static final String FILE = "sweep.json";
  private static final String ARGUMENTS = "arguments";
  /** Where it goes, not what it does. */
  private static final Set<String> PASSING = Set.of("--out", "--parallel");

  static SweepFolder begin(Path path, List<String> line) {
    var lasting = new ArrayList<String>();
    for (int i = 1; i < line.size(); i++) {
      var word = line.get(i);
      if (PASSING.contains(word))
        i++;
      else
        if (PASSING.stream().noneMatch(name -> word.startsWith(name + "="))) lasting.add(word);
    }
    var map = new LinkedHashMap<String, Object>();
    map.put(ARGUMENTS, lasting);
    map.put("version", Version.jacquard());
    AtomicFile.write(path.resolve(FILE), Json.bytes(map));
    return new SweepFolder(path);
  }

  static SweepFolder again(Path path) {
    AtomicFile.requireWritableFolder(path);
    return new SweepFolder(path);
  }

  /** With what a sweep was begun. */
  static List<String> arguments(Path path) {
    var file = path.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new JacquardException(
          path + " is not the folder of a sweep, expected one that 'jacquard sweep' has made;"
              + " 'jacquard runs' lists them.");
    }
    try {
      if (Json.read(file).get(ARGUMENTS) instanceof List<?> list && !list.isEmpty()
          && list.stream().allMatch(String.class::isInstance))
        return list.stream().map(String.class::cast).toList();
    } catch (IOException e) {
      throw FileProblem.of(file, "cannot be read, so the sweep cannot go on", e);
    }
    throw new JacquardException(file + " does not list the arguments that the sweep was begun with.");
  }

  Path run(Trial trial) {
    return path.resolve(trial.folder());
  }

  /** The report of a run; null if it has not ended. */
  @Nullable
  Map<String, @Nullable Object> ended(Trial trial) {
    var file = run(trial).resolve(RunFolder.RUN);
    if (!Files.isRegularFile(file)) return null;
    try {
      var report = Json.read(file);
      return Boolean.FALSE.equals(report.get("interrupted")) ? report : null;
    } catch (IOException e) {
      throw FileProblem.of(file, "cannot be read", e);
    }
  }

  boolean isBegun(Trial trial) {
    return Files.isRegularFile(run(trial).resolve(RunFolder.COMMAND));
  }
}
