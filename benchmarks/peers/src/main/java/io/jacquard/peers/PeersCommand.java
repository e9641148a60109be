package io.jacquard.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jacquard bench peers}: the same work through Jacquard and its peers, as a table. */
@Command(name = "jacquard bench peers", sortOptions = false, mixinStandardHelpOptions = true, description = {
    "Measures Jacquard beside PyTorch, TensorFlow, Deeplearning4j and ONNX Runtime on the same work, in turns, and prints a table of microseconds (Markdown).",
    "After the times: the best peer's over Jacquard's (above 1, Jacquard is faster), what Jacquard reaches of the machine's multiply-adds or memory, and how much longer one time in a hundred takes."})
public final class PeersCommand implements Callable<Integer> {
  private static final int START_ROUNDS = 3;

  @Option(names = "--only", paramLabel = "PATTERN", defaultValue = "", description = "Workloads whose name has a match of this regular expression.")
  private String only;

  @Option(names = "--threads", paramLabel = "N", split = ",", defaultValue = "1,2", description = "Numbers of threads that compute (default: ${DEFAULT-VALUE}).")
  private List<Integer> threads;

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "9", description = "Turns of each contestant (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--python", paramLabel = "FILE", description = "A Python that can import torch, to take part too.")
  private Path python;

  @Option(names = "--out", paramLabel = "NAME", defaultValue = "peers", description = "Writes NAME.md and NAME.json, after each workload (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(names = "--starts", negatable = true, defaultValue = "true", fallbackValue = "true", description = "Measures fresh processes too: to the first losses, to full speed, peak memory (default: ${DEFAULT-VALUE}).")
  private boolean starts;

  @Option(names = "--list", description = "Lists the workloads.")
  private boolean list;

  public static void main(String[] args) {
    System.exit(new CommandLine(new PeersCommand()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    var pattern = Pattern.compile(only);
    var works = Workload.ALL.stream().filter(w -> pattern.matcher(w.name()).find()).toList();
    if (works.isEmpty())
      throw new CommandLine.ParameterException(new CommandLine(this),
          "--only " + only + ": no workload has such a name. --list shows them.");
    if (list) {
      works.forEach(w -> System.out.println(w.name()));
      return 0;
    }
    var report = new Report(out, rounds);
    for (int count : threads) measure(count, works, report);
    System.out.print(report.markdown());
    return 0;
  }

  private void measure(int count, List<Workload> works, Report report) throws IOException {
    try (var field = new Field(count, python, benchmarks())) {
      report.contestants(field.contestants());
      var measuring = new Match(rounds);
      for (var work : works) {
        System.err.println(work.name() + ", threads " + count);
        var micros = measuring.measure(work, field.contestants());
        var ours = micros.get(Row.OURS);
        double tail = ours == null ? Double.NaN : Match.tail(field.contestants().getFirst(), ours);
        report.add(new Row(work.name(), count, micros, tail));
      }
      if (starts) starts(count, field, report);
    }
  }

  private void starts(int count, Field field, Report report) throws IOException {
    var starts = new Starts(field.entrants(), START_ROUNDS);
    System.err.println("starts of processes, threads " + count);
    report.add(new Row(Starts.FIRST, count, starts.first()));
    report.add(new Row(Starts.MEMORY, count, starts.memory()));
    var settled = report.row(Starts.SETTLED, count);
    if (settled != null) report.add(new Row(Starts.FULL, count, starts.full(settled.micros())));
  }

  /** The folder; the launcher says where it stands. */
  private static Path benchmarks() {
    var launcher = System.getenv("JACQUARD_LAUNCHER");
    if (launcher == null) throw new IllegalStateException("start it as './jacquard bench peers'");
    return Path.of(launcher).resolveSibling("benchmarks");
  }
}
