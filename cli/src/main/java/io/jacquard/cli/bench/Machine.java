package io.jacquard.cli.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/**
 * What a comparison ran on.
 *
 * <pre>{@code
 * Machine.facts("0.1.0").forEach((name, value) -> IO.println(name + ": " + value));
 * }</pre>
 */
public final class Machine {
  private Machine() {}

  /** @param version Jacquard's */
  public static SequencedMap<String, String> facts(String version) {
    var facts = new LinkedHashMap<String, String>();
    facts.put("time",
        ZonedDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm XXX", Locale.ROOT)));
    facts.put("Jacquard", version + commit());
    facts.put("processor", processor());
    var system = ManagementFactory.getOperatingSystemMXBean();
    facts.put("cores", String.valueOf(system.getAvailableProcessors()));
    if (system instanceof com.sun.management.OperatingSystemMXBean more)
      facts.put("memory", (more.getTotalMemorySize() + (1 << 29) >> 30) + " GiB");
    if (system.getSystemLoadAverage() >= 0)
      facts.put("load before", String.format(Locale.ROOT, "%.1f", system.getSystemLoadAverage()));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
        + System.getProperty("os.arch"));
    facts.put("Java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
    facts.put("options of the JVM",
        String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-X") || option.startsWith("-Djacquard"))
            .filter(option -> !namesFile(option)).toList()));
    return facts;
  }

  /** Where the launcher keeps its archives, and the like, is nobody's business and says nothing of speed. */
  static boolean namesFile(String option) {
    return option.contains("/") || option.contains("\\");
  }

  private static String processor() {
    var file = Path.of("/proc/cpuinfo");
    if (Files.isReadable(file)) {
      try (var lines = Files.lines(file)) {
        var model = lines.filter(line -> line.startsWith("model name")).findFirst();
        if (model.isPresent()) return model.get().substring(model.get().indexOf(':') + 1).strip();
      } catch (IOException _) {
        // said as below
      }
    }
    return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch"));
  }

  /** {@code , commit 420b89c}; nothing where there are no sources, or no git. */
  private static String commit() {
    var launcher = System.getenv("JACQUARD_LAUNCHER");
    if (launcher == null) return "";
    try {
      var git = new ProcessBuilder("git", "-C", String.valueOf(Path.of(launcher).getParent()), "describe",
          "--always",
          "--dirty").redirectError(ProcessBuilder.Redirect.DISCARD).start();
      var hash = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? ", commit " + hash : "";
    } catch (IOException _) {
      return "";
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
