package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Samples that lie on the device as two tensors; a batch is gathered there.
 *
 * <pre>{@code
 * var data = new TensorDataset(images, labels, batch -> batch.to(DType.FLOAT32).div(255));
 * }</pre>
 */
public final class TensorDataset implements Dataset {
  private final Tensor x;
  private final Tensor y;
  private final UnaryOperator<Tensor> transform;

  public TensorDataset(Tensor x, Tensor y) {
    this(x, y, batch -> batch);
  }

  /** @param transform applied to the inputs of each batch */
  public TensorDataset(Tensor x, Tensor y, UnaryOperator<Tensor> transform) {
    if (x.rank() < 1 || y.rank() < 1 || x.size(0) != y.size(0)) {
      throw new JacquardException("TensorDataset: inputs " + x.shape() + " and targets " + y.shape()
          + ", expected the same number of samples in dimension 0.");
    }
    this.x = x.detach().hold();
    this.y = y.detach().hold();
    this.transform = transform;
  }

  /** Gives up its hold on the tensors; to be used no more. */
  void close() {
    x.close();
    y.close();
  }

  @Override
  public long size() {
    return x.size(0);
  }

  @Override
  public Device device() {
    return x.device();
  }

  @Override
  public Batch batch(Tensor index) {
    return new Batch(transform.apply(x.gatherRows(index)), y.gatherRows(index));
  }
}
