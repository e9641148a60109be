package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.RequireRange;
import io.jacquard.ops.Scalars;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A table of vectors, looked up by number: {@code int64 [...] -> [..., embeddingDim]}.
 *
 * <pre>{@code
 * var words = new Embedding(10_000, 64);
 * var y = words.call(Tensor.of(3L, 17L, 3L));   // [3, 64]
 * }</pre>
 *
 * <p>The parameter {@code weight}, [numEmbeddings, embeddingDim], begins with standard normal numbers. A number outside of
 * the table is refused.
 */
public final class Embedding extends Module {
  private final Parameter weight;
  private final @Nullable Integer paddingIdx;
  private final RequireRange range;
  private final io.jacquard.ops.Embedding lookup;

  public Embedding(int numEmbeddings, int embeddingDim) {
    this(numEmbeddings, embeddingDim, null);
  }

  /**
   * @param paddingIdx the number that fills up short sequences: its vector begins as zeros and gets no gradient; negative
   *        ones count from the end of the table; null for none
   */
  public Embedding(int numEmbeddings, int embeddingDim, @Nullable Integer paddingIdx) {
    this(initial(numEmbeddings, embeddingDim, paddingIdx), paddingIdx);
  }

  private Embedding(Tensor table, @Nullable Integer paddingIdx) {
    long rows = table.size(0);
    this.paddingIdx = paddingIdx;
    weight = parameter("weight", table);
    range = new RequireRange("embedding: number", rows,
        "The table has " + rows + " rows. Check the numbers, or make a larger table.");
    lookup = new io.jacquard.ops.Embedding(paddingIdx == null ? -1 : row(paddingIdx, rows));
  }

  private static Tensor initial(int rows, int columns, @Nullable Integer paddingIdx) {
    Check.positive("Embedding", "numEmbeddings", rows);
    Check.positive("Embedding", "embeddingDim", columns);
    var shape = Shape.of(rows, columns);
    var values = Init.normal(0, 1).values(shape);
    if (paddingIdx != null) {
      int from = (int) row(paddingIdx, rows) * columns;
      Arrays.fill(values, from, from + columns, 0);
    }
    return Tensor.of(values, shape);
  }

  private static long row(int paddingIdx, long rows) {
    if (paddingIdx < -rows || paddingIdx >= rows) {
      throw new JacquardException("Embedding: paddingIdx is " + paddingIdx + ", expected " + -rows + " to "
          + (rows - 1) + ".");
    }
    return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  }

  /** A frozen table of given vectors, [numEmbeddings, embeddingDim]; call {@link #unfreeze} to train it further. */
  public static Embedding fromPretrained(Tensor vectors) {
    if (vectors.rank() != 2 || !vectors.dtype().isFloating()) {
      throw new JacquardException("Embedding: the vectors are " + vectors.spec()
          + ", expected a floating type and the shape [numEmbeddings, embeddingDim].");
    }
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var own = Tensor.apply(Scalars.IDENTITY.on(vectors.dtype()), vectors)[0];
      var embedding = new Embedding(own, null);
      embedding.freeze();
      return embedding;
    }
  }

  /**
   * From now on optimizers step only the vectors that were looked up: PyTorch's {@code sparse=True} with its SparseAdam, or
   * with SGD, whichever the rule is. A vector whose gradient is zero counts as not looked up.
   */
  public Embedding sparse() {
    weight.sparse(true);
    return this;
  }

  public Parameter weight() {
    return weight;
  }

  @Override
  protected Tensor forward(Tensor x) {
    var numbers = x.flatten();
    Tensor.apply(range, numbers);
    var rows = Tensor.apply(lookup, weight.value(), numbers)[0];
    return rows.reshape(x.shape().insert(x.rank(), weight.shape().size(1)));
  }

  @Override
  public String toString() {
    return "Embedding(" + weight.shape().size(0) + ", " + weight.shape().size(1)
        + (paddingIdx == null ? "" : ", padding_idx=" + paddingIdx)
        + (weight.isSparse() ? ", sparse=true)" : ")");
  }
}
