package io.jacquard.cli;

import static java.util.Objects.requireNonNull;

import io.jacquard.JacquardException;
import io.jacquard.cli.bench.BenchPage;
import io.jacquard.cli.bench.BenchReport;
import io.jacquard.cli.bench.Bout;
import io.jacquard.cli.bench.Comparison;
import io.jacquard.cli.bench.Contender;
import io.jacquard.cli.bench.Entrants;
import io.jacquard.cli.bench.Fork;
import io.jacquard.cli.bench.Machine;
import io.jacquard.cli.bench.ReportFile;
import io.jacquard.cli.bench.Rounds;
import io.jacquard.cli.bench.Row;
import io.jacquard.cli.bench.Section;
import io.jacquard.cli.bench.Tables;
import io.jacquard.cli.bench.Visits;
import io.jacquard.cli.bench.Workload;
import io.jacquard.cli.bench.Workloads;
import io.jacquard.io.AtomicFile;
import io.jacquard.spi.Backends;
import io.jacquard.spi.OpenOptions;
import io.jacquard.train.Precision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jacquard bench}: the same work on every device that there is, in turns. */
@Command(name = "bench", sortOptions = false, description = {
    "Runs the standard workloads on every device and says which is fastest for what.",
    "Results are compared before they are timed. The fastest has a star; the others say how many times longer they need.",
    "With the sources at hand, 'jacquard bench mnist' and 'jacquard bench peers' measure more: see benchmarks/README.md."}, footer = {
        "", "Exit codes: those of jacquard, and 3 for slower than before (--compare).", "", "Examples:",
        "  jacquard bench", "  jacquard bench --only 'products|training' --backends cpu,opencl:1",
        "  jacquard bench --compare bench.json --out now"})
final class BenchCommand implements Callable<Integer> {
  static final int SLOWER = 3;
  /** Of all processes together. */
  private static final int ROUNDS = 12;
  /** Of each: two are too few for a median. */
  private static final int FEWEST_ROUNDS = 4;

  @Option(names = "--only", paramLabel = "PATTERN", defaultValue = "", description = "Workloads whose name or group (limits, products, maps, rows, convolutions, training, inference, transfers, launches) has a match of this regular expression.")
  private String only;

  @Option(names = "--backends", paramLabel = "NAMES", split = ",", description = "Devices, as in cpu,opencl:1,cuda (default: all, but a CPU by way of OpenCL only where there is no GPU).")
  private List<String> backends = List.of();

  @Option(names = "--threads", paramLabel = "N", description = "Threads that compute, where the backend computes on the host's cores (default: all cores).")
  private @Nullable Integer threads;

  @Option(names = "--precision", paramLabel = "NAME", defaultValue = "float32", description = "float32, tf32, bf16 or fp16, for what is made of products, where the device has them (default: ${DEFAULT-VALUE}).")
  private String precision;

  @Option(names = "--seconds", paramLabel = "S", defaultValue = "0.6", description = "About how long a workload is measured on a device, after its warm-up (default: ${DEFAULT-VALUE}).")
  private Double seconds;

  @Option(names = "--forks", paramLabel = "N", defaultValue = "3", description = "Fresh processes that measure each workload, one after the other (default: ${DEFAULT-VALUE}); 0 for this one, which is quicker, and cannot know how much processes differ.")
  private Integer forks;

  @Option(names = "--compare", paramLabel = "OLD.json", description = "Compare with an earlier report; exit code 3 if something takes longer, beyond the noise.")
  private @Nullable Path compare;

  @Option(names = "--peers", description = "Also run 'jacquard bench peers', with the same --only and --threads, and take in what it finds.")
  private boolean peers;

  @Option(names = "--jmh", paramLabel = "PATTERN", description = "Instead, run the JMH benchmarks of a backend's operations, on --backends.")
  private @Nullable String jmh;

  @Option(names = "--out", paramLabel = "NAME", defaultValue = "bench", description = "Writes NAME.json, NAME.md and NAME.html (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(names = "--markdown", paramLabel = "PAGE.md", description = "Also put the tables into a page, in the place of those that a comparison has put there before.")
  private @Nullable Path markdown;

  @Option(names = "--from", paramLabel = "REPORT.json", description = "Measure nothing: write the files anew from an earlier report, and compare that, with --compare.")
  private @Nullable Path from;

  @Option(names = "--list", description = "Only list the workloads.")
  private boolean list;

  @Spec
  private CommandSpec spec;

  private final Output output;

  BenchCommand(Output output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    var command = spec.commandLine();
    if (jmh != null) return BenchPrograms.jmh(jmh, backends, threads);
    if (peers) BenchPrograms.require("peers");
    // Who has waited for a quarter of an hour must not hear then that nothing can be written.
    AtomicFile.requireWritableFolder(requireNonNull(out.toAbsolutePath().getParent()));
    if (markdown != null) Section.require(markdown);
    if (from != null) return fromEarlier(from);
    var asked = precision(command);
    var works = workloads(command, asked);
    if (list) {
      works.forEach(work -> output.line(Workloads.label(work.group()) + "  " + work.name()));
      return 0;
    }
    TrainOptions.require(command, seconds > 0 && seconds <= 600,
        "--seconds " + seconds + ": expected more than 0 and at most 600.");
    TrainOptions.require(command, threads == null || threads >= 1,
        "--threads " + threads + ": expected 1 or more.");
    TrainOptions.require(command, forks >= 0 && forks <= 100,
        "--forks " + forks + ": expected 0 to 100.");
    var before = compare == null ? null : ReportFile.read(compare);
    var options = threads == null ? OpenOptions.DEFAULT : new OpenOptions(threads);
    try (var entrants = Entrants.open(Backends.discover(), backends, options)) {
      return measure(works, entrants, asked, before);
    }
  }

  private int fromEarlier(Path file) {
    var report = ReportFile.read(file);
    var slower = compare == null ? List.<Comparison.Slower>of() : suspects(ReportFile.read(compare), report);
    slower.forEach(s -> output.line("SLOWER: " + s));
    written(report);
    return slower.isEmpty() ? 0 : SLOWER;
  }

  private AskedPrecision precision(CommandLine command) {
    UsageErrors.requireKnown(command, "precision", precision, AskedPrecision.names());
    return AskedPrecision.named(precision);
  }

  /** Halves change products only; what is not made of them would be measured twice. */
  private List<Workload> workloads(CommandLine command, AskedPrecision asked) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(only);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(command,
          "--only " + only + ": " + e.getDescription() + ", expected a regular expression.");
    }
    var works = Workloads.named(pattern).stream()
        .filter(work -> asked == AskedPrecision.FLOAT32 || work.products()).toList();
    if (works.isEmpty())
      throw new ParameterException(command,
          "--only " + only + ": no workload has such a name. --list shows them.");
    return works;
  }

  private int measure(List<Workload> works, Entrants entrants, AskedPrecision asked,
      @Nullable BenchReport before) {
    for (var device : entrants.all())
      output.line(device.name() + ": "
          + (device.problem().isEmpty() ? device.description() : "not measured, " + device.problem()));
    var contenders = entrants.contenders();
    var names = contenders.stream().map(Contender::name).toList();
    var precision = precision(asked, contenders);
    if (before != null) Comparison.requireCommon(requireNonNull(compare), before, works, names);
    var rounds = rounds();
    Visits visits;
    if (forks == 0) {
      visits = new Visits(precision, 1, () -> new Bout(precision, rounds).on(contenders));
    } else {
      entrants.close(); // nothing of this process shall be in the way
      var settings = new Fork.Settings(precision, rounds, threads == null ? 0 : threads, names);
      visits = new Visits(precision, forks, () -> Fork.start(settings));
    }
    var machine = Machine.facts(Version.jacquard());
    var begin = System.nanoTime();
    var rows = visits.of(works, _ -> true, names, new Shown(output, names, works.size(), visits.visits()));
    machine.put("measured in", Format.duration((System.nanoTime() - begin) * 1e-9));
    var report = new BenchReport(machine, method(asked, rounds), entrants.all(), rows, List.of());
    write(report); // what follows may take long, or fail
    if (peers)
      report = new BenchReport(machine, report.method(), report.devices(), rows,
          BenchPrograms.peers(only, threads, out));
    int code = before == null ? 0 : compare(works, before, report, visits, names);
    output.line("");
    Tables.summary(report).forEach(output::line);
    // With fewer threads, or in halves, it is not what auto would get.
    if (threads == null && asked == AskedPrecision.FLOAT32) StoredTimes.keep(StoredTimes.of(report));
    written(report);
    boolean nothing = rows.stream().allMatch(row -> row.fastest().isEmpty());
    return nothing ? Main.FAILURE : code;
  }

  /** Where no device can, that is said once, and not in each row. */
  private static Precision precision(AskedPrecision asked, List<Contender> contenders) {
    JacquardException refusal = null;
    for (var contender : contenders) {
      try {
        return asked.on(contender.device().info());
      } catch (JacquardException e) {
        if (refusal == null) refusal = e;
      }
    }
    throw refusal == null ? new JacquardException("bench: there is no device to measure.") : refusal;
  }

  private Rounds rounds() {
    int processes = Math.max(1, forks);
    int each = Math.max(FEWEST_ROUNDS, ROUNDS / processes);
    return new Rounds(each, seconds / (processes * each), Math.max(Math.min(2, 20 * seconds), 8 * seconds));
  }

  private SequencedMap<String, String> method(AskedPrecision asked, Rounds rounds) {
    var method = new LinkedHashMap<String, String>();
    method.put("precision", asked.label());
    method.put("warm-up", "until the last third of it brings no better time than the rest, by 3 %; at most "
        + Format.duration(rounds.warmUp()));
    method.put("processes", forks == 0
        ? "one for all"
        : forks
            + " for each group of workloads, far apart in time; all of a group is warm before the first is timed");
    method.put("rounds", rounds.rounds() + " in each process, of " + Format.millis(1e3 * rounds.turn())
        + " ms, the devices in turns; fewer where a turn takes longer");
    method.put("figure",
        "median of the processes, each the median of its rounds, each the median of its pieces, "
            + "with the device synchronised at the end");
    method.put("spread", "twice the standard deviation, "
        + (forks > 1 ? "between the processes" : "by the median distance from the median"));
    method.put("results", "compared with the first device's before anything is timed");
    return method;
  }

  /** What seems slower is measured again, and counts if it is slower again: a disturbance passes. */
  private int compare(List<Workload> works, BenchReport before, BenchReport now, Visits visits,
      List<String> devices) {
    var suspects = suspects(before, now);
    if (suspects.isEmpty()) return 0;
    suspects.forEach(suspect -> output.line("  " + suspect));
    output.line("They are measured again" + (forks == 0 ? "." : ", in other processes."));
    var again = visits.of(works,
        work -> suspects.stream().anyMatch(s -> s.work().equals(work.name())), devices, Visits.Witness.NONE);
    var confirmed = Comparison.slower(before, now.with(again)).stream()
        .filter(
            s -> suspects.stream().anyMatch(t -> t.work().equals(s.work()) && t.device().equals(s.device())))
        .toList();
    confirmed.forEach(slower -> output.line("SLOWER: " + slower));
    output
        .line(confirmed.isEmpty() ? "None of them was slower again." : confirmed.size() + " slower, twice.");
    return confirmed.isEmpty() ? 0 : SLOWER;
  }

  private List<Comparison.Slower> suspects(BenchReport before, BenchReport now) {
    Comparison.circumstances(before, now).forEach(output::line);
    var suspects = Comparison.slower(before, now);
    long common = Comparison.common(before, now);
    if (common == 0) {
      output.line("\nCompared with " + compare + ": they have no figure in common.");
      return suspects;
    }
    output.line("\nCompared with " + compare + ": " + common + " figures, "
        + Comparison.agreeing(before, now) + " of them within both spreads, all together "
        + Comparison.together(before, now) + ", " + (suspects.isEmpty() ? "none" : suspects.size())
        + " slower beyond the noise.");
    return suspects;
  }

  /** Prints a row after its last visit, in the place of the name that was shown while it went on. */
  private static final class Shown implements Visits.Witness {
    private final Output output;
    private final List<String> names;
    private final int works;
    private final int visits;
    private int begun;
    private Workload.@Nullable Group group;

    Shown(Output output, List<String> names, int works, int visits) {
      this.visits = visits;
      this.output = output;
      this.names = names;
      this.works = works;
    }

    @Override
    public void begins(Workload work, int visit, boolean warmUp) {
      if (begun++ == 0)
        output.line("Each workload is measured in " + visits
            + (visits == 1 ? " process" : " processes, one after the other")
            + "; its figures come with the last.");
      if (visit == visits && work.group() != group) {
        output.line("\n" + Tables.heading(work.group(), names));
        group = work.group();
      }
      if (output.live())
        output.rewrite("  " + begun + "/" + 2 * visits * works + " " + work.name()
            + (warmUp ? ", warming up" : "") + " ...");
    }

    @Override
    public void done(Row row) {
      if (output.live()) output.rewrite(Tables.line(row, names));
      else output.text(Tables.line(row, names) + "\n");
      output.text("");
    }
  }

  private void written(BenchReport report) {
    write(report);
    if (markdown != null) Section.write(report, markdown);
    output.line("Written: " + out + ".json, " + out + ".md, " + out + ".html"
        + (markdown == null ? "" : ", " + markdown));
  }

  private void write(BenchReport report) {
    var files = Map.of("json", ReportFile.bytes(report), "md",
        Tables.markdown(report).getBytes(StandardCharsets.UTF_8), "html", BenchPage.of(report).bytes());
    files.forEach((ending, bytes) -> AtomicFile.write(Path.of(out + "." + ending), bytes));
  }
}
