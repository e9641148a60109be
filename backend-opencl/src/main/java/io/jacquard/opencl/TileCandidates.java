package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.kernels.MatmulKernel;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.plan.ProductSize;
import io.jacquard.kernels.plan.Tuning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which tiles {@link Tuner} tries: all that a device has room for, in an order that is random and always the same. */
final class TileCandidates {
  /** Sums of an item that still lie in registers. */
  private static final int SUMS = 128;
  /** The same of an item that has 32 vectors of 16. */
  private static final int SUMS_OF_VECTORS = 28 * 16;

  private TileCandidates() {}

  static List<MatmulTile> of(Tuning tuning, ProductSize size) {
    var all = new ArrayList<MatmulTile>();
    boolean product = size != ProductSize.CONVOLUTION && size != ProductSize.CONVOLUTION_WEIGHT;
    if (tuning.vectors())
      addVectors(all);
    else
      addShared(all, product);
    all.removeIf(tile -> tile.rows() * tile.columns() > (tuning.vectors() ? SUMS_OF_VECTORS : SUMS)
        || !(product ? tuning.fits(tile, DType.FLOAT32) : tuning.fitsConvolution(tile, DType.FLOAT32, 1)));
    Collections.shuffle(all, new Random(1));
    return all;
  }

  /** Tiles of a CPU's vectors: rows, vectors to a row, and how many of these are one thread's turn. */
  private static void addVectors(List<MatmulTile> all) {
    int lanes = MatmulKernel.lanes(DType.FLOAT32);
    for (int group : new int[]{1, 2, 4}) {
      for (int rows : new int[]{1, 2, 4, 6, 8, 10, 12, 14}) {
        for (int vectors : new int[]{1, 2, 3, 4})
          all.add(new MatmulTile(false, group, 1, rows, vectors * lanes, 1));
      }
    }
  }

  private static void addShared(List<MatmulTile> all, boolean product) {
    for (int across : new int[]{8, 16, 32}) {
      for (int down : new int[]{4, 8, 16}) {
        for (int rows : new int[]{1, 2, 4, 8}) {
          for (int columns : new int[]{2, 4, 8}) {
            for (int depth : new int[]{8, 16, 32}) {
              if (product)
                addShared(all, across, down, rows, columns, depth);
              else // the kernel of convolutions knows no more
                all.add(new MatmulTile(true, across, down, rows, columns, depth));
            }
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
