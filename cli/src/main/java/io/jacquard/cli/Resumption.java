package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.io.FileProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the command line with which a run was begun in the place of {@code train TASK --resume RUN}, whatever the task: so
 * no task has to know of it. The line lies in the run's folder, in {@code command.json}.
 */
final class Resumption {
  static final String OPTION = "--resume";
  private static final String TRAIN = "train";
  private static final String ARGUMENTS = "arguments";
  /** What changes nothing of what is learned, or where data lies, or for how long to train. */
  private static final Set<String> ANEW = Set.of("--epochs", "--data", "--backend", "--threads", "--report",
      "--quiet", "--checkpoint-every");
  private static final Set<String> FLAGS = Set.of("--quiet", "--no-augment", "--help", "-h", "--version",
      "-V", "--save-best",
      "--tensorboard", "--terminate-on-nan", Fetching.OPTION, LrFindCommand.OPTION);

  private Resumption() {}

  /** The arguments to go by. */
  static String[] expand(String[] args) {
    if (args.length < 2 || !args[0].equals(TRAIN)) return args;
    var asked = words(List.of(args).subList(1, args.length));
    var resumed = asked.stream().filter(word -> OPTION.equals(word.option())).toList();
    if (resumed.size() != 1 || resumed.getFirst().value() == null) return args;
    var run = Path.of(resumed.getFirst().value());
    var begun = begun(run);
    var task = begun.getFirst();
    var line = words(begun.subList(1, begun.size()));
    for (int i = 0; i < asked.size(); i++) {
      var word = asked.get(i);
      if (word.option() == null && !(i == 0 && word.text().equals(task))) {
        throw new JacquardException(i == 0
            ? "The run " + run + " is of the task '" + task + "', expected: jacquard train " + task
                + " --resume "
                + run
            : "'" + word.text() + "' is one word too many: a run goes on with what it was begun with.");
      }
      if (word.option() == null || word.option().equals(OPTION)) continue;
      if (!ANEW.contains(word.option()) && !FLAGS.contains(word.option())) {
        throw new JacquardException(word.option() + " cannot be named with --resume: " + run
            + " goes on with what it was begun with, " + String.join(" ", begun)
            + ". Begin a new run instead.");
      }
      line.removeIf(old -> word.option().equals(old.option()));
      line.add(word);
    }
    var all = new ArrayList<>(List.of(TRAIN, task));
    line.forEach(word -> all.addAll(word.args()));
    all.addAll(List.of(OPTION, run.toString()));
    return all.toArray(String[]::new);
  }

  /** What of a whole command line lasts: the task and its options, not where it goes. */
  static List<String> lasting(List<String> args) {
    if (args.isEmpty() || !args.getFirst().equals(TRAIN)) return List.of();
    var lasting = new ArrayList<String>();
    for (var word : words(args.subList(1, args.size()))) {
      if (!OPTION.equals(word.option()) && !"--out".equals(word.option())) lasting.addAll(word.args());
    }
    return lasting;
  }

  /** Writes down with what the run was begun. */
  static void note(RunFolder folder, List<String> line) {
    if (line.isEmpty()) return;
    var map = new LinkedHashMap<String, Object>();
    map.put(ARGUMENTS, line);
    map.put("version", Version.jacquard());
    AtomicFile.write(folder.command(), Json.bytes(map));
  }

  /** With what a run was begun: the task and its options. */
  static List<String> begun(Path run) {
    var file = run.resolve(RunFolder.COMMAND);
    RunFolder.require(run);
    try {
      if (Json.read(file).get(ARGUMENTS) instanceof List<?> list && !list.isEmpty()
          && list.stream().allMatch(String.class::isInstance))
        return list.stream().map(String.class::cast).toList();
    } catch (IOException e) {
      throw FileProblem.of(file, "cannot be read, so the run cannot go on", e);
    }
    throw new JacquardException(file + " does not list the arguments that the run was begun with.");
  }

  /** An option with its value, if it has one, or a word that stands alone. */
  private record Word(@Nullable String option, @Nullable String value, List<String> args) {
    String text() {
      return args.getFirst();
    }
  }

  /** Options of tasks have a value, but for flags, which are followed by another option, or by nothing. */
  private static List<Word> words(List<String> args) {
    var words = new ArrayList<Word>();
    for (int i = 0; i < args.size(); i++) {
      var arg = args.get(i);
      int equals = arg.indexOf('=');
      boolean last = i + 1 == args.size();
      if (!arg.startsWith("-"))
        words.add(new Word(null, null, List.of(arg)));
      else
        if (equals > 0)
          words.add(new Word(arg.substring(0, equals), arg.substring(equals + 1), List.of(arg)));
        else
          if (FLAGS.contains(arg) || last || args.get(i + 1).startsWith("--"))
            words.add(new Word(arg, null, List.of(arg)));
          else
            words.add(new Word(arg, args.get(i + 1), List.of(arg, args.get(++i))));
    }
    return words;
  }
}
