package io.jacquard.cuda;

import io.jacquard.JacquardException;
import io.jacquard.kernels.check.SelfTest;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Announces CUDA: says what of it was found on this machine, and which link of the chain is missing. Nothing native is
 * touched before {@link #probe}.
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
    static final Discovery.Found FOUND = Discovery.look(new ThisMachine(), ShippedKernels.find());
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
    var found = Once.FOUND;
    var driver = new JcudaDriver(new ThisMachine().load(DriverProbe.DRIVER));
    var toolkit = Objects.requireNonNull(found.toolkit());
    Rtc rtc = toolkit.shipped() != null ? toolkit.shipped() : new Nvrtc();
    return open(found, ordinal, driver, rtc, toolkit.cublas() == null ? null : new JcudaBlas(driver));
  }

  /** Opens a device that was found, and tests it at its first use. */
  static CudaBackend open(Discovery.Found found, int ordinal, Driver driver, Rtc rtc, @Nullable Blas blas) {
    var device = found.devices().get(ordinal);
    found.links().stream().filter(link -> blas == null && link.name().equals(Toolkit.MATRICES))
        .forEach(link -> System.err
            .println("Matrices are multiplied by Jacquard's own kernels, which may be slower: "
                + link.detail() + ". To have cuBLAS multiply, " + link.cure() + "."));
    var backend = CudaBackend.open(device, driver, rtc, blas, found.chain());
    try {
      new SelfTest(List.of(device.name(), device.architecture(), rtc.version(), found.chain())).once(backend);
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
    return backend;
  }
}
