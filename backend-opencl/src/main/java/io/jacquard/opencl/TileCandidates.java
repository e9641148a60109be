package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.plan.Tuning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which tiles {@link Tuner} tries: all that a device has room for, in an order that is random and always the same. */
final class TileCandidates {
  /** Sums of an item that still lie in registers. */
  private static final int SUMS = 128;

  private TileCandidates() {}

  static List<MatmulTile> of(Tuning tuning) {
    var all = new ArrayList<MatmulTile>();
    if (tuning.localMemory() == 0)
      addDirect(all);
    else
      addShared(all);
    all.removeIf(tile -> tile.rows() * tile.columns() > SUMS || !tuning.fits(tile, DType.FLOAT32));
    Collections.shuffle(all, new Random(1));
    return all;
  }

  private static void addDirect(List<MatmulTile> all) {
    for (int group : new int[]{1, 4, 16}) {
      for (int rows : new int[]{1, 2, 4, 6, 8, 12, 14}) {
        for (int columns : new int[]{8, 16, 32, 48}) {
          for (int unroll : new int[]{1, 2, 4})
            all.add(new MatmulTile(false, group, 1, rows, columns, 1, unroll, 1, 0));
        }
      }
    }
  }

  private static void addShared(List<MatmulTile> all) {
    for (int across : new int[]{8, 16, 32}) {
      for (int down : new int[]{4, 8, 16}) {
        for (int rows : new int[]{1, 2, 4, 8}) {
          for (int columns : new int[]{2, 4, 8}) {
            for (int depth : new int[]{8, 16, 32}) addShared(all, across, down, rows, columns, depth);
          }
        }
      }
    }
  }

  private static void addShared(List<MatmulTile> all, int across, int down, int rows, int columns,
      int depth) {
    for (int vector : new int[]{1, 2, 4}) {
      if (rows % vector != 0 || columns % vector != 0) continue;
      for (int unroll : new int[]{1, 4, 8}) {
        for (int padding : new int[]{0, vector})
          all.add(new MatmulTile(true, across, down, rows, columns, depth, unroll, vector, padding));
      }
    }
  }
}
