package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The ways in which the tensors of {@link OpContract} come to lie in memory: as a user's views would. */
enum Given {
  /** Row-major. */
  WHOLE,
  /** The dimensions in the opposite order, as after {@code transpose}. */
  TRANSPOSED,
  /** Every second element of a tensor twice as long, from the second on. */
  STEPPED;

  static final List<Given> ALL = List.of(values());

  Tensor tensor(DType type, Plain plain) {
    int rank = plain.rank();
    if (rank == 0) return upload(type, plain);
    return switch (this) {
      case WHOLE -> upload(type, plain);
      case TRANSPOSED -> {
        var reversed = IntStream.range(0, rank).map(d -> rank - 1 - d).toArray();
        yield upload(type, plain.permute(reversed)).permute(reversed);
      }
      case STEPPED -> {
        int last = rank - 1;
        long size = plain.shape().size(last);
        var wide = Plain.fill(plain.shape().with(last, 2 * size), index -> {
          var own = index.clone();
          own[last] /= 2;
          return index[last] % 2 == 1 ? plain.at(own) : 77;
        });
        yield upload(type, wide).slice(last, 1, 2 * size, 2);
      }
    };
  }

  private static Tensor upload(DType type, Plain plain) {
    var bytes = ByteBuffer.allocate(plain.values().length * type.bytes()).order(ByteOrder.nativeOrder());
    for (double value : plain.values()) {
      switch (type) {
        case FLOAT32 -> bytes.putFloat((float) value);
        case FLOAT64 -> bytes.putDouble(value);
        case INT32 -> bytes.putInt((int) value);
        case INT64 -> bytes.putLong((long) value);
        case BFLOAT16, FLOAT16 -> bytes.putShort((short) type.bits(value));
        case UINT8, BOOL -> bytes.put((byte) value);
      }
    }
    return Tensor.of(Device.current(), type, plain.shape(), MemorySegment.ofBuffer(bytes.flip()));
  }

  /** A float64 tensor of numbers from [low, high). */
  Tensor random(Shape shape, double low, double high, SplittableRandom random) {
    return tensor(DType.FLOAT64, Plain.random(shape, low, high, random));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
