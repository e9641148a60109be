package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Attention;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attention in several heads (Vaswani et al. 2017): queries, keys and values are projected, each head attends with its share
 * of the numbers, and the heads' results are projected once more.
 *
 * <pre>{@code
 * var layer = new MultiheadAttention(64, 8, MultiheadOptions.defaults().batchFirst());
 * var y = layer.call(Tensor.ones(2, 10, 64));                              // of a sequence to itself
 * var z = layer.call(Tensor.ones(2, 5, 64), y, y, AttentionMasks.none());  // [2, 5, 64]
 * }</pre>
 *
 * <p>Parameters and first values are PyTorch's: {@code in_proj_weight} [3E, E], or {@code q_proj_weight}, {@code
 * k_proj_weight} and {@code v_proj_weight} if keys or values have another width, {@code in_proj_bias} [3E], {@code
 * out_proj.weight}, {@code out_proj.bias}. Tensors are [T, N, E], with {@code batchFirst} [N, T, E], or [T, E].
 */
public final class MultiheadAttention extends Module {
  private static final String NAME = "MultiheadAttention";

  private final int embedDim;
  private final int numHeads;
  private final int kdim;
  private final int vdim;
  private final MultiheadOptions options;
  /** One for all three, or one for each. */
  private final Parameter[] inWeights;
  private final @Nullable Parameter inBias;
  private final Linear outProj;

  public MultiheadAttention(int embedDim, int numHeads) {
    this(embedDim, numHeads, MultiheadOptions.defaults());
  }

  /**
   * @param embedDim the width of queries and results
   * @param numHeads how many heads; must divide the width
   */
  public MultiheadAttention(int embedDim, int numHeads, MultiheadOptions options) {
    Check.positive(NAME, "embedDim", embedDim);
    Check.positive(NAME, "numHeads", numHeads);
    Check.divides(NAME, "embedDim", embedDim, "numHeads", numHeads);
    Check.probability(NAME, "dropout", options.dropoutP());
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.options = options;
    kdim = Objects.requireNonNullElse(options.kdim(), embedDim);
    vdim = Objects.requireNonNullElse(options.vdim(), embedDim);
    Check.positive(NAME, "kdim", kdim);
    Check.positive(NAME, "vdim", vdim);
    inWeights = kdim == embedDim && vdim == embedDim
        ? new Parameter[]{weight("in_proj_weight", 3 * embedDim, embedDim)}
        : new Parameter[]{weight("q_proj_weight", embedDim, embedDim),
            weight("k_proj_weight", embedDim, kdim),
            weight("v_proj_weight", embedDim, vdim)};
    inBias = options.bias() ? parameter("in_proj_bias", Init.zeros().of(Shape.of(3L * embedDim))) : null;
    outProj = add("out_proj", new Linear(embedDim, embedDim, options.bias()));
    var bias = outProj.bias();
    if (bias != null) Init.zeros().apply(bias);
  }

  /** In memory it lies transposed, as that of {@link Linear}. */
  private Parameter weight(String name, long out, long in) {
    var values = Init.xavierUniform().of(Shape.of(out, in));
    return parameter(name, values.mT().contiguous().mT());
  }

  /** Of a sequence to itself. */
  public Tensor call(Tensor x, AttentionMasks masks) {
    return calling(() -> of(x, x, x, masks, null));
  }

  /** Of a sequence to itself and to those places before it that the cache holds. */
  public Tensor call(Tensor x, AttentionMasks masks, KeyValueCache cache) {
    return calling(() -> of(x, x, x, masks, cache));
  }

  /** Of queries [L, N, E] to keys [S, N, kdim], giving a mixture of values [S, N, vdim]: [L, N, E]. */
  public Tensor call(Tensor query, Tensor key, Tensor value, AttentionMasks masks) {
    return calling(() -> of(query, key, value, masks, null));
  }

  /**
   * What a call gives that is asked for its weights.
   *
   * <pre>{@code
   * var result = new MultiheadAttention(8, 2).call(x, x, x, AttentionMasks.none().causal(), false);
   * var ofHeads = result.weights();   // [N, heads, L, S]
   * }</pre>
   *
   * @param output as of the other calls
   * @param weights how much of each value's place went into each query's: [N, L, S], the mean over the heads, or [N, heads,
   *        L, S]; without N if the queries are
   */
  public record Result(Tensor output, Tensor weights) {}

  /**
   * As {@link #call(Tensor, Tensor, Tensor, AttentionMasks)}, with the weights (PyTorch's {@code need_weights}), which takes
   * memory for all of them. Both tensors belong to the caller's scope.
   *
   * @param averageWeights over the heads
   */
  public Result call(Tensor query, Tensor key, Tensor value, AttentionMasks masks, boolean averageWeights) {
    var weights = new Tensor[1];
    var output = calling(() -> {
      var y = of(query, key, value, masks, null, weights);
      var each = averageWeights ? weights[0].mean(1) : weights[0];
      weights[0] = (query.rank() == 2 ? each.squeeze(0) : each).keep();
      return y;
    });
    return new Result(output, weights[0]);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return of(x, x, x, AttentionMasks.none(), null);
  }

  private Tensor of(Tensor query, Tensor key, Tensor value, AttentionMasks masks,
      @Nullable KeyValueCache cache) {
    return of(query, key, value, masks, cache, null);
  }

  /** @param weights takes those of all heads; null if they are not asked for */
  private Tensor of(Tensor query, Tensor key, Tensor value, AttentionMasks masks,
      @Nullable KeyValueCache cache, Tensor @Nullable [] weights) {
    check(query, key, value);
    var q = batched(query);
    var k = key == query ? q : batched(key);
    var v = value == query ? q : value == key ? k : batched(value);
    var projected = project(q, k, v);
    long keys = k.size(1) + (cache == null ? 0 : cache.length());
    var mask = masks.forFunction(NAME, q.size(0), numHeads, q.size(1), keys, query.dtype());
    var attention = AttentionOptions.defaults().mask(mask).dropout(isTraining() ? options.dropoutP() : 0);
    if (masks.isCausal()) attention = attention.causal();
    Tensor mixed;
    if (weights == null) {
      mixed = Heads.attend(projected[0], projected[1], projected[2], numHeads, attention, cache);
    } else {
      var weighed = Attention.weighed(Heads.split(projected[0], numHeads),
          Heads.split(projected[1], numHeads), Heads.split(projected[2], numHeads), attention);
      mixed = Heads.join(weighed.result());
      weights[0] = weighed.weights();
    }
    var y = outProj.call(mixed);
    if (query.rank() == 2) return y.squeeze(0);
    return options.isBatchFirst() ? y : y.transpose(0, 1);
  }

  private void check(Tensor query, Tensor key, Tensor value) {
    int rank = query.rank();
    boolean fits = (rank == 2 || rank == 3) && key.rank() == rank && value.rank() == rank
        && query.size(-1) == embedDim && key.size(-1) == kdim && value.size(-1) == vdim
        && key.shape().without(rank - 1).equals(value.shape().without(rank - 1));
    int batch = options.isBatchFirst() ? 0 : 1;
    if (!fits || rank == 3 && query.size(batch) != key.size(batch)) {
      var form = rank == 2 ? "[T, " : options.isBatchFirst() ? "[N, T, " : "[T, N, ";
      throw new JacquardException(NAME + ": query " + query.shape() + ", key " + key.shape() + ", value "
          + value.shape() + "; expected " + form + embedDim + "], " + form + kdim + "] and " + form + vdim
          + "], key and value of one length and all of one batch.");
    }
  }

  /** As [N, T, E]. */
  private Tensor batched(Tensor x) {
    if (x.rank() == 2) return x.unsqueeze(0);
    return options.isBatchFirst() ? x : x.transpose(0, 1);
  }

  /** Query, key and value in the heads' width, by as few products as equal inputs allow. */
  private Tensor[] project(Tensor q, Tensor k, Tensor v) {
    if (inWeights.length == 1 && q == k && k == v) return linear(q, inWeights[0].value(), 0, 3).chunk(3, 2);
    if (inWeights.length == 1 && k == v) {
      var both = linear(k, part(1, 3), 1, 3).chunk(2, 2);
      return new Tensor[]{linear(q, part(0, 1), 0, 1), both[0], both[1]};
    }
    return new Tensor[]{linear(q, weightOf(0), 0, 1), linear(k, weightOf(1), 1, 2),
        linear(v, weightOf(2), 2, 3)};
  }

  private Tensor weightOf(int which) {
    return inWeights.length == 3 ? inWeights[which].value() : part(which, which + 1);
  }

  private Tensor part(int from, int to) {
    return inWeights[0].value().slice(0, (long) from * embedDim, (long) to * embedDim);
  }

  /** By a weight and the biases of projections {@code from} to {@code to}, of 0, 1 and 2. */
  private Tensor linear(Tensor x, Tensor weight, int from, int to) {
    if (inBias == null) return x.matmul(weight.mT());
    var bias = inBias.value().slice(0, (long) from * embedDim, (long) to * embedDim);
    var rows = Tensor.apply(new io.jacquard.ops.Linear(), x.reshape(-1, x.size(-1)), weight, bias)[0];
    return rows.reshape(x.size(0), x.size(1), weight.size(0));
  }

  @Override
  public String toString() {
    return NAME + "(" + embedDim + ", " + numHeads
        + (options.dropoutP() > 0 ? ", dropout=" + options.dropoutP() : "")
        + (options.bias() ? "" : ", bias=false")
        + (kdim == embedDim ? "" : ", kdim=" + kdim) + (vdim == embedDim ? "" : ", vdim=" + vdim)
        + (options.isBatchFirst() ? ", batch_first=true)" : ")");
  }
}
