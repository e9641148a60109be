package io.jacquard.bundle.bench;

import io.jacquard.JacquardException;
import io.jacquard.cli.JavaProcess;
import io.jacquard.bundle.Report;
import io.jacquard.cli.bench.Rounds;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./run gpu-bench}: figures of a device, beside PyTorch's on the same one where its Python is found. */
@Command(name = "gpu-bench", mixinStandardHelpOptions = true, sortOptions = false, description = "Measures a device beside PyTorch: steps, products, bandwidths, starts, memory.")
public final class BenchCommand implements Callable<Integer> {
  /** What is left for a figure when it begins, at least. */
  private static final long LEAST_NANOS = 12_000_000_000L;

  @Option(names = "--backend", paramLabel = "NAME", defaultValue = "cuda", description = "Our device: cuda, opencl or cpu. Default: ${DEFAULT-VALUE}.")
  private String backend = "cuda";

  @Option(names = "--only", paramLabel = "PATTERN", defaultValue = "", description = "Only rows whose name contains this, a regular expression: 'gemm', 'train', 'start', 'mnist'.")
  private String only = "";

  @Option(names = "--seconds", paramLabel = "N", defaultValue = "285", description = "When to end; rows that are left then are said to be left out. Default: ${DEFAULT-VALUE}.")
  private int seconds = 285;

  @Option(names = "--small", description = "The same work with small sizes, to see that all of it runs.")
  private boolean small;

  @Option(names = "--python", paramLabel = "FILE", description = "The Python that has PyTorch. Default: python3 on the PATH.")
  private @Nullable String python;

  @Option(names = "--no-peer", description = "Without PyTorch.")
  private boolean noPeer;

  @Option(names = "--json", paramLabel = "FILE", defaultValue = "gpu-bench.json", description = "The file that gets all of it. Default: ${DEFAULT-VALUE}.")
  private Path json = Path.of("gpu-bench.json");

  @Override
  public Integer call() {
    try {
      var pattern = Pattern.compile(only);
      if (seconds < 1) throw new JacquardException("--seconds is at least 1.");
      return bench(pattern, System.nanoTime() + seconds * 1_000_000_000L);
    } catch (PatternSyntaxException e) {
      System.err.println("--only " + only + " is no regular expression: " + e.getDescription() + ".");
    } catch (JacquardException | IOException e) {
      System.err.println(e.getMessage());
    } catch (InterruptedException _) {
      System.err.println("gpu-bench was interrupted.");
    }
    return 2;
  }

  private int bench(Pattern pattern, long deadline) throws IOException, InterruptedException {
    var report = new Report(json.toAbsolutePath(), "gpu-bench", backend);
    var folder = Files.createTempDirectory("jacquard-bench");
    System.out.println(
        "Measuring " + backend + ", for at most " + seconds + " s. What processes say is in " + folder);
    var command = JavaProcess.command(List.of(), OurSide.class.getName(), backend, Boolean.toString(small));
    try (var ours = new Side("Jacquard", command, folder.resolve("jacquard.log"));
        var theirs = peer(folder)) {
      say(report, "jacquard", ours.version());
      var rounds = small ? new Rounds(3, 0.05, 0.3) : new Rounds(5, 0.12, 1);
      var course = new Course(ours, theirs == null ? null : saidVersion(theirs, report), rounds, deadline);
      var table = new Table(backend.startsWith("cuda") && !small);
      var rows = new ArrayList<Map<String, Object>>();
      for (var race : Race.all(small)) {
        if (!pattern.matcher(race.name()).find()) continue;
        if (System.nanoTime() > deadline - LEAST_NANOS) {
          System.out.println(race.name() + ": left out, the time is over");
          rows.add(Map.of("work", race.work().name(), "precision", race.precision(), "leftOut",
              "the time is over"));
          continue;
        }
        var outcome = course.run(race);
        System.out.println(table.line(outcome));
        rows.add(outcome.json());
        report.put("rows", rows);
      }
      ours.end(); // what starts next is to have the device for itself
      if (theirs != null) theirs.end();
      new Starts(backend, small, folder, table, report).measure(pattern, deadline);
      report.put("goals", table.sum());
      System.out.println("\n" + table.sum() + ". PyTorch's time by ours; all of it is in " + report.file());
      return 0;
    }
  }

  private static void say(Report report, String name, String text) {
    report.put(name, text);
    System.out.println("  " + text);
  }

  /** Null if it does not start: then our figures stand alone. */
  private static @Nullable Side saidVersion(Side side, Report report) {
    try {
      say(report, "pytorch", side.version());
      return side;
    } catch (JacquardException e) {
      say(report, "pytorch", "not there: " + e.getMessage());
      return null;
    }
  }

  /** Null where there is no Python with PyTorch. */
  private @Nullable Side peer(Path folder) throws IOException, InterruptedException {
    var script = script();
    var interpreter = python == null ? "python3" : python;
    if (noPeer || script == null || !hasTorch(interpreter)) {
      System.out.println("  PyTorch is not measured: " + (noPeer ? "--no-peer"
          : script == null ? "pytorch/gpu_peer.py is not beside the jars"
              : "'" + interpreter + "' has no module torch; name one that has with --python"));
      return null;
    }
    var device = backend.startsWith("cuda") ? "cuda" : "cpu";
    return new Side("PyTorch", List.of(interpreter, script.toString(), device),
        folder.resolve("pytorch.log"));
  }

  private static boolean hasTorch(String interpreter) throws InterruptedException {
    try {
      var process = new ProcessBuilder(interpreter, "-c",
          "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)")
          .redirectErrorStream(true).start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  /** In an archive beside the folder of the jars, or in the sources. */
  private static @Nullable Path script() {
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      for (var place : List.of("../../pytorch", "../../../benchmarks/pytorch")) {
        var file = Path.of(entry, place, "gpu_peer.py").normalize();
        if (Files.isRegularFile(file)) return file;
      }
    }
    return null;
  }
}
