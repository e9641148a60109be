package io.jacquard.bundle.facts;

import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.Probe;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The process that finds facts about a device, one after the other; one that cannot be found does not keep the next from it. */
public final class FactFinder {
  static final String DEVICE = "device";

  private final PrintStream to;

  private FactFinder(PrintStream to) {
    this.to = to;
  }

  /** Takes the name of a device. */
  public static void main(String[] args) {
    var finder = new FactFinder(System.out);
    System.setOut(System.err);
    finder.words("driver's version", FactFinder::driver);
    var device = finder.open(args[0]);
    if (device != null) finder.measure(device);
    finder.words("OpenCL", () -> others("opencl"));
    Runtime.getRuntime().halt(0); // no device is closed: it was not asked to be
  }

  private void say(Fact fact) {
    to.println(fact.line());
    to.flush();
  }

  private void words(String name, Callable<String> finding) {
    try {
      say(Fact.of(name, finding.call()));
    } catch (Exception | LinkageError e) {
      say(Fact.failed(name, e));
    }
  }

  private void number(String name, String unit, Callable<Double> finding) {
    try {
      say(Fact.of(name, finding.call(), unit));
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      say(Fact.failed(name, e));
    }
  }

  /** Null if there is no such device. */
  private @Nullable Device open(String name) {
    long start = System.nanoTime();
    try {
      var device = Backends.discover().open(name);
      double seconds = (System.nanoTime() - start) * 1e-9;
      say(Fact.of(DEVICE, device.info().description()));
      if (!device.info().details().isEmpty()) say(Fact.of("found on the way to it", device.info().details()));
      say(Fact.of("opening it, the first time with a self-test", seconds, "s"));
      return device;
    } catch (RuntimeException | LinkageError e) {
      e.printStackTrace();
      say(Fact.failed(DEVICE, e));
      return null;
    }
  }

  private void measure(Device device) {
    var costs = new Costs(device);
    number("compiling a new kernel", "ms", costs::compileMillis);
    number("a launch, many in a row", "us", costs::launchMicros);
    number("a launch that is waited for", "us", costs::waitedLaunchMicros);
    number("a captured launch, of 100 in a row", "us", () -> costs.capturedMicros(100));
    number("starting a capture of one launch", "us", () -> costs.capturedMicros(1));
    number("upload", "GB/s", costs::uploadRate);
    number("download", "GB/s", costs::downloadRate);
    number("copy on the device, read and written", "GB/s", costs::copyRate);
    number("product of 2048x2048, float32", "TFLOP/s", () -> costs.productRate(2048));
  }

  /** What the NVIDIA driver calls itself; nothing native is touched. */
  private static String driver() throws IOException, InterruptedException {
    var file = Path.of("/proc/driver/nvidia/version");
    if (Files.isReadable(file)) return Files.readAllLines(file).getFirst();
    var process = new ProcessBuilder("nvidia-smi", "--query-gpu=name,driver_version,memory.total",
        "--format=csv,noheader").redirectErrorStream(true).start();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("nvidia-smi did not end");
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String others(String backend) {
    return Backends.discover().candidates().stream().filter(c -> c.name().equals(backend))
        .map(c -> switch (c.probe()) {
          case Probe.Available(var devices) ->
            devices.stream().map(d -> d.name() + " is " + d.description()).collect(Collectors.joining("; "));
          case Probe.Unavailable(var reason, var _) -> "none: " + reason;
        }).findFirst().orElse("none");
  }
}
