package io.jacquard.cpu;

import io.jacquard.ops.RequireRange;
import io.jacquard.spi.View;

/** Looks for numbers out of range where they lie, without a copy to the host: {@link RequireRange} of one dimension. */
final class RangeCheck {
  private RangeCheck() {}

  /** False if the numbers lie in more than one dimension, which is left to the decomposition. */
  static boolean run(RequireRange op, View numbers) {
    if (numbers.shape().rank() != 1) return false;
    long count = numbers.numel();
    if (count == 0) return true;
    long at = Views.address(numbers, op.name());
    long stride = numbers.layout().stride(0) * numbers.dtype().bytes();
    for (long i = 0; i < count; i++, at += stride) {
      op.check(switch (numbers.dtype()) {
        case INT64 -> Memory.getLong(at);
        case INT32 -> Memory.getInt(at);
        case UINT8 -> Memory.getByte(at);
        case FLOAT32, FLOAT64, BFLOAT16, FLOAT16, BOOL ->
          throw new IllegalArgumentException(numbers.dtype() + " is no integer type");
      });
    }
    return true;
  }
}
