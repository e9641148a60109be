package io.jacquard.spi;

/**
 * How {@link Backend#reduce} folds: which operation, and whether the result is added to what the output holds.
 *
 * <pre>{@code
 * var identity = Program.of(in -> in[0], DType.FLOAT32);
 * backend.reduce(Reduction.of(Reduction.Fold.SUM), identity, new long[0], new View[] {x.view()}, new int[] {0},
 *     new View[] {y.view()});
 * }</pre>
 *
 * <p>Sums and products of float32 and float64 are folded in the program's type, of integers and bools in int64 (the
 * output is int64). The order of a fold is fixed by the shapes, so that the same input gives the same bits. {@code MIN}
 * and {@code MAX} propagate NaN. {@code ARGMIN} and {@code ARGMAX} give the int64 position along the one reduced axis
 * of the first extreme (the first NaN, if there is one). An empty fold gives 0 for a sum, 1 for a product; the others
 * have no value there and are refused before they reach a backend.
 *
 * @param accumulate add the result to the output's present value; only for {@code SUM}
 */
public record Reduction(Fold fold, boolean accumulate) {
  public enum Fold {
    SUM, PRODUCT, MIN, MAX, ARGMIN, ARGMAX;

    public boolean isArg() {
      return this == ARGMIN || this == ARGMAX;
    }
  }

  public Reduction {
    if (accumulate && fold != Fold.SUM)
      throw new IllegalArgumentException("only a sum accumulates, not " + fold);
  }

  public static Reduction of(Fold fold) {
    return new Reduction(fold, false);
  }
}
