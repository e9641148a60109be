package io.jacquard.data;

import io.jacquard.ops.Copy;
import io.jacquard.spi.Device;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a {@link HostDataset}, put on the device once, so that a step finds its batch there and needs nothing from
 * the host. They keep their type: bytes stay bytes.
 *
 * <pre>{@code
 * void train(HostDataset samples) {
 *   try (var resident = Resident.of(samples)) {
 *     trainer.fit(resident == null ? samples : resident.data(), Fit.epochs(10));   // fit does so by itself
 *   }
 * }
 * }</pre>
 */
public final class Resident implements AutoCloseable {
  private static final int BATCH = 256;

  private final Tensor x;
  private final Tensor y;
  private final TensorDataset data;

  private Resident(HostDataset samples) {
    try (var _ = Scope.open()) {
      var inputs = zeros(samples, samples.input());
      var targets = zeros(samples, samples.target());
      fill(samples, inputs, targets);
      x = inputs.hold();
      y = targets.hold();
    }
    data = new TensorDataset(x, y);
  }

  /**
   * The samples on their device; null where they change from epoch to epoch, or are more than a quarter of the memory that is
   * free there, or the device has no memory of its own. They are read as by a {@link DataLoader}, several at once.
   */
  public static @Nullable Resident of(HostDataset samples) {
    if (!samples.isSteady()) return null;
    long spare = samples.device().backend().spareBytes();
    long each = HostDataset.bytes(samples.input()) + HostDataset.bytes(samples.target());
    return each > 0 && samples.size() <= spare / each ? new Resident(samples) : null;
  }

  private static Tensor zeros(HostDataset samples, Spec one) {
    Device device = samples.device();
    return Tensor.zeros(device, one.dtype(), HostDataset.batched(one, samples.size()));
  }

  private static void fill(HostDataset samples, Tensor x, Tensor y) {
    long at = 0;
    try (var walk = DataLoader.inOrder(samples, BATCH).walk(0)) {
      while (walk.hasNext()) {
        try (var _ = Scope.open()) {
          var batch = walk.nextInScope();
          put(batch.x(), x, at);
          put(batch.y(), y, at);
          at += batch.size();
        }
      }
    }
  }

  private static void put(Tensor rows, Tensor into, long at) {
    Copy.run(into.device().backend(), rows.view(), into.slice(0, at, at + rows.size(0)).view());
  }

  public TensorDataset data() {
    return data;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    data.close();
    x.close();
    y.close();
  }
}
