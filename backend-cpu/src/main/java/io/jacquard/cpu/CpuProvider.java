package io.jacquard.cpu;

import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;

/**
 * Announces the CPU backend, which is there on every machine.
 *
 * <pre>{@code
 * var cpu = new Backends(List.of(new CpuProvider())).open("cpu");
 * }</pre>
 */
public final class CpuProvider implements BackendProvider {
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
    try {
      return new Probe.Available(List.of(info(Form.choose(), cores())));
    } catch (JacquardException e) {
      return new Probe.Unavailable(String.valueOf(e.getMessage()),
          "give -Djacquard.vector as true or false, or leave it out");
    }
  }

  @Override
  public Backend open(int ordinal, OpenOptions options) {
    return open(Form.choose(), options);
  }

  /** Opens the device in a form, and says so if that is not the fast one. */
  static CpuBackend open(Form form, OpenOptions options) {
    if (options.threads() < 0)
      throw new JacquardException(
          "Cannot compute with " + options.threads() + " threads, expected 0 (all) or more.");
    int threads = options.threads() == 0 ? cores() : options.threads();
    if (form instanceof PlainForm(var reason, var cure)) {
      System.getLogger("io.jacquard.cpu").log(Level.WARNING,
          "The CPU backend computes without SIMD, several times slower than it could: {0}. To use SIMD, {1}.",
          reason, cure);
    }
    return new CpuBackend(info(form, threads), form, KernelCompiler.Mode.WHEN_READY);
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** On vectors. */
  static DeviceInfo info(int threads) {
    return info(new VectorForm(), threads);
  }

  static DeviceInfo info(Form form, int threads) {
    var details = form instanceof PlainForm(_, var cure) ? "to use SIMD, " + cure : "";
    return new DeviceInfo("cpu", 0, "%d cores, %s".formatted(cores(), form.describe()), threads, true,
        Set.of(),
        Long.MAX_VALUE, details);
  }
}
