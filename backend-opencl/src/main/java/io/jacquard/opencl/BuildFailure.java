package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.io.AtomicFile;
import io.jacquard.kernels.CacheFolder;
import io.jacquard.kernels.KernelSource;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jocl.CL;

/** A kernel that a driver does not compile: the first errors of its log, and where all of it was written to. */
final class BuildFailure extends JacquardException {
  private static final long serialVersionUID = 1L;
  private static final Pattern ERROR = Pattern.compile("\\berror\\b", Pattern.CASE_INSENSITIVE);
  /** Characters of a line of the log. */
  private static final int MOST = 80;

  BuildFailure(String name, ClDevice device, KernelSource source, int code, String log) {
    super("The driver of " + name + " (" + device.version() + ", " + device.driver()
        + ") does not compile kernel "
        + source.name() + ": " + CL.stringFor_errorCode(code) + ". " + excerpt(log) + " "
        + kept(source, log) + " Update the driver, or take another device of 'jacquard devices'.");
  }

  /** The first errors, two at most, shortened. */
  static String excerpt(String log) {
    var errors = log.lines().filter(line -> ERROR.matcher(line).find()).map(String::strip)
        .map(line -> line.length() > MOST ? line.substring(0, MOST - 3) + "..." : line).limit(2)
        .collect(Collectors.joining("; "));
    return errors.isEmpty() ? "It does not say why." : "It says: " + errors + ".";
  }

  private static String kept(KernelSource source, String log) {
    try {
      var folder = CacheFolder.of("failed-builds");
      var path = folder.resolve(source.name() + ".txt");
      AtomicFile.write(path,
          (log + "\n\n" + source.text()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return "Its log and the source are in " + path + ".";
    } catch (RuntimeException _) {
      return "Its log could not be kept.";
    }
  }
}
