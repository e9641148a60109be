package io.jacquard.golden;

import io.jacquard.tensor.Tensor;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.IntStream;

/** The ways in which a case's inputs come to lie in memory, as a user's views would. */
enum GoldenLay {
  /** Row-major. */
  WHOLE(0),
  /** Every second element of a tensor twice as long. */
  STEPPED(1),
  /** The dimensions in the opposite order. */
  TRANSPOSED(2);

  private final int rank;

  GoldenLay(int rank) {
    this.rank = rank;
  }

  /** Whether it makes a difference to any of these ranks. */
  boolean matters(Collection<Integer> ranks) {
    return this == WHOLE || ranks.stream().anyMatch(r -> r >= rank);
  }

  /** The same values, lying so. */
  Tensor of(Tensor whole) {
    if (whole.rank() < rank) return whole;
    int last = whole.rank() - 1;
    return switch (this) {
      case WHOLE -> whole;
      case STEPPED -> {
        var between = Tensor.full(whole.shape(), whole.dtype(), 77);
        yield Tensor.stack(-1, between, whole).flatten(last).slice(last, 1, 2 * whole.size(last), 2);
      }
      case TRANSPOSED -> {
        var reversed = IntStream.range(0, whole.rank()).map(d -> last - d).toArray();
        yield whole.permute(reversed).contiguous().permute(reversed);
      }
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
