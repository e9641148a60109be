package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.Shape;

/** What the operations of a {@link Tensor}, which are grouped in interfaces by kind, ask of it. */
sealed interface Shaped
    permits TensorArithmetic, TensorFunctions, TensorActivations, TensorReductions, TensorOrder,
    TensorProducts, TensorViews, TensorArrangement, TensorSelection, TensorWindows,
    TensorResizing, TensorRandom {
  DType dtype();

  Shape shape();

  /** The size of a dimension; negative ones count from the end. */
  long size(int dim);

  int rank();

  long numel();
}
