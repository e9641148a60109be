package io.jacquard.bundle.check;

import io.jacquard.JacquardException;
import io.jacquard.bundle.Report;
import io.jacquard.bundle.facts.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./run gpu-check}: facts about a device, then all that must hold on it. Exit code 0 if all of it holds, 1 if not or if
 * not all could be run.
 */
@Command(name = "gpu-check", mixinStandardHelpOptions = true, sortOptions = false, description = "Checks a device: contracts, gradients, PyTorch's results, small trainings.")
public final class CheckCommand implements Callable<Integer> {
  private static final int QUICK = 16;
  private static final int MOST_PROCESSES = 12;

  @Option(names = "--backend", paramLabel = "NAME", defaultValue = "cuda", description = "The device: cuda, opencl or cpu, or with a number as in cuda:1. Default: ${DEFAULT-VALUE}.")
  private String backend = "cuda";

  @Option(names = "--quick", description = "One case in " + QUICK + ".")
  private boolean quick;

  @Option(names = "--share", paramLabel = "N", defaultValue = "1", description = "One case in N. Default: all.")
  private int oneIn = 1;

  @Option(names = "--only", paramLabel = "PATTERN", defaultValue = "", description = "Only cases whose group and name contain this, a regular expression: 'goldens conv'.")
  private String only = "";

  @Option(names = "--processes", paramLabel = "N", defaultValue = "0", description = "How many processes share the cases. Default: by the number of processors; 1 on the CPU.")
  private int processes;

  @Option(names = "--seconds", paramLabel = "N", defaultValue = "285", description = "When to end, done or not. Default: ${DEFAULT-VALUE}.")
  private int seconds = 285;

  @Option(names = "--case-seconds", paramLabel = "N", defaultValue = "60", description = "How long a single case may take. Default: ${DEFAULT-VALUE}.")
  private int caseSeconds = 60;

  @Option(names = "--no-facts", negatable = false, description = "Checks only, without measuring the device first.")
  private boolean noFacts;

  @Option(names = "--json", paramLabel = "FILE", defaultValue = "gpu-check.json", description = "The file that gets all of it. Default: ${DEFAULT-VALUE}.")
  private Path json = Path.of("gpu-check.json");

  @Override
  public Integer call() throws InterruptedException {
    long began = System.nanoTime();
    try {
      requireSound();
      return check(began);
    } catch (JacquardException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println("No folder for what processes leave: " + e.getMessage() + ".");
      return 2;
    }
  }

  private void requireSound() {
    if (quick && oneIn == 1) oneIn = QUICK;
    if (oneIn < 1 || seconds < 1 || caseSeconds < 1 || processes < 0)
      throw new JacquardException(
          "--share, --seconds and --case-seconds are at least 1, --processes at least 0.");
    try {
      Pattern.compile(only);
    } catch (PatternSyntaxException e) {
      throw new JacquardException("--only " + only + " is no regular expression: " + e.getDescription() + ".",
          e);
    }
    if (processes > 0) return;
    int cores = Runtime.getRuntime().availableProcessors();
    processes = backend.startsWith("cpu") ? 1 : Math.clamp(cores * 3L / 4, 1, MOST_PROCESSES);
  }

  private int check(long began) throws IOException, InterruptedException {
    long deadline = began + seconds * 1_000_000_000L;
    var report = new Report(json.toAbsolutePath(), "gpu-check", backend);
    var folder = Files.createTempDirectory("jacquard-check");
    System.out
        .println("Checking " + backend + (oneIn == 1 ? "" : ", one case in " + oneIn) + ", by " + processes
            + (processes == 1 ? " process" : " processes") + "; at most " + seconds
            + " s. What they say is in " + folder);
    if (!noFacts) {
      var facts = new Facts(backend, folder, report);
      facts.find(deadline);
      if (facts.deviceIsMissing()) {
        report.put("verdict", "the device is missing");
        System.out.println("\nFAILED: there is no such device. All that is known is in " + report.file());
        return 1;
      }
    }
    var results = new Results(processes, System.out::println);
    var orders = new Crew.Orders(backend, processes, oneIn, only, Duration.ofSeconds(caseSeconds));
    var problems = run(new Crew(orders, results, folder, deadline), results, report);
    results.printUnfinished();
    return verdict(results, problems, report, (System.nanoTime() - began) * 1e-9);
  }

  /** What is known is written while the processes run. */
  private static List<String> run(Crew crew, Results results, Report report) throws InterruptedException {
    var writer = Thread.ofVirtual().start(() -> {
      try {
        while (true) {
          Thread.sleep(Duration.ofSeconds(2));
          report.put("checks", results.json());
        }
      } catch (InterruptedException _) {
        // all is done
      }
    });
    try {
      return crew.run();
    } finally {
      writer.interrupt();
      writer.join();
      report.put("checks", results.json());
    }
  }

  private int verdict(Results results, List<String> problems, Report report, double took) {
    boolean none = results.passed() == 0;
    boolean good = results.failed() == 0 && problems.isEmpty() && !none;
    results.reasons().forEach((reason, count) -> System.out.println("skipped " + count + ": " + reason));
    problems.forEach(problem -> System.out.println("NOT ALL WAS RUN: " + problem + "."));
    if (none) System.out.println("NOTHING WAS RUN.");
    var verdict = String.format(Locale.ROOT, "%s: %,d passed, %,d failed, %,d skipped%s in %.0f s",
        good ? "PASSED" : "FAILED", results.passed(), results.failed(), results.skipped(),
        oneIn == 1 ? "" : " (one case in " + oneIn + ")", took);
    report.put("problems", problems);
    report.put("verdict", verdict);
    report.put("seconds", took);
    System.out.println("\n" + verdict + ". All of it is in " + report.file());
    return good ? 0 : 1;
  }
}
