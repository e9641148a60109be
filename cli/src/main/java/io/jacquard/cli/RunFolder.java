package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.io.AtomicFile;
import io.jacquard.io.FileProblem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder that takes what a run leaves: {@code model.safetensors}, {@code history.csv}, {@code run.json}.
 *
 * <pre>{@code
 * try (var folder = RunFolder.next(Path.of("runs"), "mnist-mlp")) {      // runs/mnist-mlp-001
 *   ModelFile.save(model, folder.model(), metadata);
 * }                                                                     // gone again if nothing was saved
 * }</pre>
 */
final class RunFolder implements AutoCloseable {
  static final String MODEL = "model.safetensors";
  static final String HISTORY = "history.csv";
  static final String RUN = "run.json";
  static final String CURVES = "curves.png";
  static final String SUMMARY = "summary.txt";
  static final String COMMAND = "command.json";
  static final String STEPS = "steps.csv";
  static final String TRACE = "trace.json";
  static final String CHECKPOINT = "checkpoint.safetensors";

  private final Path path;
  private final boolean made;

  private RunFolder(Path path, boolean made) {
    this.path = path;
    this.made = made;
  }

  /** The next free number below {@code runs}. Runs that begin at the same time get different ones. */
  static RunFolder next(Path runs, String name) {
    AtomicFile.requireWritableFolder(runs);
    try {
      for (int number = highest(runs, name) + 1;; number++) {
        var path = runs.resolve("%s-%03d".formatted(name, number));
        try {
          return new RunFolder(Files.createDirectory(path), true);
        } catch (FileAlreadyExistsException _) {
          // another run has taken it since the look round
        }
      }
    } catch (IOException e) {
      throw FileProblem.of(runs, "cannot take a new run", e);
    }
  }

  private static int highest(Path runs, String name) throws IOException {
    var numbered = Pattern.compile(Pattern.quote(name) + "-(\\d{1,9})");
    try (var entries = Files.list(runs)) {
      return entries.map(entry -> numbered.matcher(entry.getFileName().toString()))
          .filter(matcher -> matcher.matches()).mapToInt(matcher -> Integer.parseInt(matcher.group(1))).max()
          .orElse(0);
    }
  }

  /** A folder of the user's choice, made if need be. What is in a folder already is never overwritten. */
  static RunFolder at(Path path) {
    boolean exists = Files.exists(path);
    if (exists && !Files.isDirectory(path))
      throw new JacquardException(path + " is a file, expected a folder. Choose another name with --out.");
    if (exists) requireEmpty(path);
    AtomicFile.requireWritableFolder(path);
    return new RunFolder(path, !exists);
  }

  private static void requireEmpty(Path path) {
    try (var entries = Files.list(path)) {
      if (entries.findAny().isPresent()) {
        throw new JacquardException("The folder " + path
            + " is not empty, and a run overwrites nothing. Name another one with --out, or remove it first.");
      }
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
  }

  /** The folder of a run that goes on. */
  static RunFolder again(Path path) {
    AtomicFile.requireWritableFolder(path);
    return new RunFolder(path, false);
  }

  /** Refuses what is not the folder of a run, and names one that may be meant. */
  static void require(Path path) {
    var files = Stream.of(COMMAND, RUN, MODEL);
    if (Files.isDirectory(path) && files.anyMatch(name -> Files.isRegularFile(path.resolve(name)))) return;
    throw new JacquardException((Files.exists(path)
        ? path + " is not the folder of a run."
        : "There is no run " + path + ".")
        + " Name one as 'jacquard train' prints it; 'jacquard runs' lists them."
        + Nearest.hint(path.toString(), beside(path)));
  }

  /** The folders of runs beside {@code path}, for when there is none of that name. */
  static List<String> beside(Path path) {
    var folder = path.resolveSibling("");
    try (var entries = Files.list(folder.toString().isEmpty() ? Path.of(".") : folder)) {
      return entries.filter(entry -> Files.isRegularFile(entry.resolve(MODEL)))
          .map(entry -> path.resolveSibling(entry.getFileName()).toString()).sorted().toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  Path path() {
    return path;
  }

  Path model() {
    return path.resolve(MODEL);
  }

  Path history() {
    return path.resolve(HISTORY);
  }

  Path run() {
    return path.resolve(RUN);
  }

  Path curves() {
    return path.resolve(CURVES);
  }

  /** How far the training is, for who watches it. */
  Path steps() {
    return path.resolve(STEPS);
  }

  Path summary() {
    return path.resolve(SUMMARY);
  }

  /** The model of the best epoch, where that is asked for. */
  Path best() {
    return path.resolve("best.safetensors");
  }

  /** Where the time went, one by one. */
  Path trace() {
    return path.resolve(TRACE);
  }

  Path tensorBoard() {
    return path.resolve("tensorboard");
  }

  /** What the run was begun with. */
  Path command() {
    return path.resolve(COMMAND);
  }

  /** Where it stands. */
  Path checkpoint() {
    return path.resolve(CHECKPOINT);
  }

  /** Removes the folder if it was made here and holds nothing that was learned. */
  @Override
  public void close() {
    if (!made) return;
    try (var entries = Files.list(path)) {
      var begun = List.of(command(), summary(), steps());
      if (!entries.allMatch(begun::contains)) return;
      for (var file : begun) Files.deleteIfExists(file);
      Files.delete(path);
    } catch (IOException _) {
      // An empty folder that stays does no harm, and must not hide why the run failed.
    }
  }
}
