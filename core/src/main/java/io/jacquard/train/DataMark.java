package io.jacquard.train;

import io.jacquard.data.Batch;
import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** Tells one data set from another, by its size and by a few of its samples. */
final class DataMark {
  private static final int LOOKED_AT = 32;

  private DataMark() {}

  /** {@code 60000 samples (c8ae12f0) in batches of 32}; the number in brackets is a checksum over 32 of the samples. */
  static String of(DataLoader loader) {
    var data = loader.data();
    return data.size() + " samples (" + Long.toHexString(checksum(data)) + ") in " + loader.batches()
        + " batches of " + loader.batchSize();
  }

  private static long checksum(Dataset data) {
    long size = data.size();
    int looked = (int) Math.min(LOOKED_AT, size);
    var samples = IntStream.range(0, looked).map(i -> (int) (i * size / looked)).toArray();
    var sum = new CRC32C();
    try (var _ = Scope.open();
        var arena = Arena.ofConfined();
        var walk = DataLoader.inOrder(data.subset(samples), looked).workers(0).walk(0)) {
      Batch batch = walk.nextInScope();
      for (Tensor each : new Tensor[]{batch.x(), batch.y()})
        sum.update(each.toSegment(arena).asByteBuffer());
    }
    return sum.getValue();
  }
}
