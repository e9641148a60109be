package io.jacquard.cpu;

import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import java.util.List;

/**
 * Announces the CPU backend, which is there on every machine.
 *
 * <pre>{@code
 * var cpu = new Backends(List.of(new CpuProvider())).open("cpu");
 * }</pre>
 */
public final class CpuProvider implements BackendProvider {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Probe probe() {
    if (!hasVectors()) {
      return new Probe.Unavailable("the Java module " + VECTOR_MODULE + " is not loaded",
          "start Java with --add-modules " + VECTOR_MODULE);
    }
    return new Probe.Available(List.of(info(cores())));
  }

  @Override
  public Backend open(int ordinal, OpenOptions options) {
    if (!hasVectors()) {
      throw new JacquardException("The CPU backend needs the Java module " + VECTOR_MODULE
          + ", which is not loaded. Start Java with --add-modules " + VECTOR_MODULE + ".");
    }
    if (options.threads() < 0)
      throw new JacquardException(
          "Cannot compute with " + options.threads() + " threads, expected 0 (all) or more.");
    int threads = options.threads() == 0 ? cores() : options.threads();
    return new CpuBackend(info(threads), KernelCompiler.Mode.WHEN_READY);
  }

  private static boolean hasVectors() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  static DeviceInfo info(int threads) {
    var description = "%d cores, %s".formatted(cores(), Simd.describe());
    return new DeviceInfo("cpu", 0, description, threads, true);
  }
}
