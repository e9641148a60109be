package io.jacquard.contract;

import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import java.util.List;

/** The ways in which the contract lays tensors out in memory. */
enum Lay {
  /** Row-major from the buffer's start. */
  CONTIGUOUS,
  /** Row-major from element 3, so that nothing is aligned to a vector. */
  OFFSET,
  /** Dimensions in the opposite order: the first one is the innermost. */
  TRANSPOSED,
  /** Every second element of the last dimension, rows with a gap, from element 1: a slice with steps. */
  STEPPED,
  /** The last dimension backwards. */
  REVERSED,
  /** Stride 0 in the first dimension; for inputs only. */
  BROADCAST,
  /** Stride 0 everywhere, as an expanded 0-d tensor has; for inputs only. */
  SCALAR;

  /** Those that an output may have. */
  static final List<Lay> WRITABLE = List.of(CONTIGUOUS, OFFSET, TRANSPOSED, STEPPED, REVERSED);

  Layout of(Shape shape) {
    int rank = shape.rank();
    var strides = Layout.contiguous(shape).strides().clone();
    long offset = 0;
    switch (this) {
      case CONTIGUOUS -> {
        // as it is
      }
      case OFFSET -> offset = 3;
      case TRANSPOSED -> {
        long step = 1;
        for (int d = 0; d < rank; d++) {
          strides[d] = step;
          step *= Math.max(1, shape.size(d));
        }
      }
      case STEPPED -> {
        offset = 1;
        long step = 2;
        for (int d = rank - 1; d >= 0; d--) {
          strides[d] = step;
          step *= shape.size(d) + 1;
        }
      }
      case REVERSED -> {
        if (rank > 0) {
          strides[rank - 1] = -1;
          offset = Math.max(0, shape.size(-1) - 1);
        }
      }
      case BROADCAST -> {
        if (rank > 0) strides[0] = 0;
      }
      case SCALAR -> strides = new long[rank];
    }
    return new Layout(shape, strides, offset);
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
