package io.jacquard.data;

import io.jacquard.tensor.Tensor;

/**
 * Samples that are computed together: inputs and targets, their first dimension the samples. Lives in the scope in which
 * it was asked for.
 *
 * <pre>{@code
 * for (var batch : loader) {
 *   lossFn.of(model.call(batch.x()), batch.y()).backward();
 * }
 * }</pre>
 */
public record Batch(Tensor x, Tensor y) {
  /** The number of samples. */
  public long size() {
    return x.size(0);
  }
}
