package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Announces the OpenCL backend. Nothing native is touched before {@link #probe}.
 *
 * <pre>{@code
 * var gpu = Backends.discover().open("opencl");
 * }</pre>
 */
public final class OpenClProvider implements BackendProvider {
  static final String NAME = "opencl";

  /** Devices do not come and go while a program runs. */
  private static final class Once {
    static final Discovery.Found FOUND = Discovery.look();
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Above the CPU backend, unless there is nothing but a CPU, which that one uses better. */
  @Override
  public int priority() {
    return Once.FOUND.hasGpu() ? 10 : -10;
  }

  @Override
  public Probe probe() {
    return Once.FOUND.probe();
  }

  @Override
  public void tune(int ordinal, Duration budget, Consumer<String> say) {
    new Tuner(device(ordinal), budget, say).run(ordinal);
  }

  @Override
  public Backend open(int ordinal, OpenOptions options) {
    var device = device(ordinal);
    SignalChaining.warn(device);
    var backend = new OpenClBackend(device, ordinal);
    try {
      device.selfTest().once(backend);
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
    return backend;
  }

  private static ClDevice device(int ordinal) {
    if (Once.FOUND.probe() instanceof Probe.Unavailable(var reason, var cure))
      throw new JacquardException("OpenCL is not available: " + reason + ". To use it, " + cure + ".");
    return Once.FOUND.devices().get(ordinal);
  }
}
