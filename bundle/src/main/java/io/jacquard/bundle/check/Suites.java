package io.jacquard.bundle.check;

import io.jacquard.contract.BackendContract;
import io.jacquard.contract.OpContract;
import io.jacquard.contract.TrainingContract;
import io.jacquard.golden.GoldenContract;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is checked, on the device that {@value #BACKEND} names: all that the backends' own tests inherit, and {@link
 * Convergence}. Which of the cases a process runs, {@link Slice} decides.
 */
final class Suites {
  /** The system property that names the device. */
  static final String BACKEND = "jacquard.check.backend";

  /** In the order in which they run: what is wrong below shows before what stands on it. */
  static final List<Class<?>> ALL = List.of(Backend.class, Training.class, Convergence.class, Tensors.class,
      Goldens.class);

  private Suites() {}

  /** Opened once a process, since a device takes its time. */
  private static final class Opened {
    static final Device DEVICE = Backends.discover().open(System.getProperty(BACKEND, "cuda"));
  }

  static Device device() {
    return Opened.DEVICE;
  }

  /** Every call of a backend. */
  @ExtendWith(Slice.class)
  static final class Backend extends BackendContract {
    @Override
    protected Device device() {
      return Suites.device();
    }
  }

  /** Every operation of tensors, and its gradients. */
  @ExtendWith(Slice.class)
  static final class Tensors extends OpContract {
    @Override
    protected Device device() {
      return Suites.device();
    }
  }

  /** What PyTorch computed. */
  @ExtendWith(Slice.class)
  static final class Goldens extends GoldenContract {
    @Override
    protected Device device() {
      return Suites.device();
    }
  }

  /** A training with everything in it, beside plain loops. */
  @ExtendWith(Slice.class)
  static final class Training extends TrainingContract {
    @Override
    protected Device device() {
      return Suites.device();
    }
  }
}
