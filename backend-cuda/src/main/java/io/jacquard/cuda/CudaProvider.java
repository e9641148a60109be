package io.jacquard.cuda;

import io.jacquard.JacquardException;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;

/**
 * Announces CUDA: says what of it was found on this machine, and which link of the chain is missing. Tensors do not run on
 * it yet, so it is never available. Nothing native is touched before {@link #probe}.
 *
 * <pre>{@code
 * if (new CudaProvider().probe() instanceof Probe.Unavailable(var reason, var cure)) {
 *   System.out.println(reason + "; to use it, " + cure);
 * }
 * }</pre>
 */
public final class CudaProvider implements BackendProvider {
  static final String NAME = "cuda";

  /** Devices do not come and go while a program runs. */
  private static final class Once {
    static final Discovery.Found FOUND = Discovery.look(new ThisMachine());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 20;
  }

  @Override
  public Probe probe() {
    return Once.FOUND.probe();
  }

  @Override
  public Backend open(int ordinal, OpenOptions options) {
    if (probe() instanceof Probe.Unavailable(var reason, var cure))
      throw new JacquardException("CUDA is not available: " + reason + ". To use it, " + cure + ".");
    throw new IllegalStateException("there is no device " + ordinal);
  }
}
