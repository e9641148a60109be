package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.kernels.Operand.Access;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of attention: {@code attention_tiled.c}, and for CPUs {@code attention_vectors.c}. {@code attention.h} says
 * what they compute.
 *
 * <p>Arguments: own, other, depth, second (0 without a second product), columns, blocks of own rows; the scale as raw bits;
 * with dropout the draw base as buffer and position, the draw's offset, the seed, the share that is dropped as bits of a
 * float32, and what the others are multiplied by as bits of the type; the sizes of the batch's dimensions as in {@link
 * MapKernel}. Then operands, each as buffer, position, strides of the batch, of its rows and, unless {@code unit}, of its
 * columns: a, b, with {@link Kind#twice} a2, b2, then x; a mask with strides of the batch, of queries and of keys; the
 * log-sum-exp, and with {@link Kind#twice} the sums of g y, with strides of the batch and of queries; last the result.
 *
 * @param type float32 or float64, with matrix instructions a half or float32
 * @param mask bool, or the type where it is added; null for none
 * @param rank dimensions of the batch, at least 1
 * @param unit whether the columns of all matrices lie side by side
 * @param wide whether positions have 64 bits
 */
public record AttentionKernel(DType type, Kind kind, @Nullable DType mask, boolean causal, boolean dropout,
    int rank, boolean unit, boolean wide, AttentionTile tile) {
  /** What is computed; whose rows these are. */
  public enum Kind {
    RESULT, QUERY, KEY, VALUE;

    /** Whether rows belong to keys, and queries pass by. */
    public boolean ofKeys() {
      return this == KEY || this == VALUE;
    }

    /** Whether a second product of matrices is needed, with it the sums of g y. */
    public boolean twice() {
      return this == QUERY || this == KEY;
    }
  }

  public KernelSource source() {
    var words = new HashMap<String, String>();
    var coordinates = new Coordinates("p", rank, wide);
    fill(words, coordinates);
    numbers(words);
    words.put("head", Dialect.fill("attention.h", words));
    var text = tile.isOfVectors() ? Vectors.text(type) + Dialect.fill("attention_vectors.c", words)
        : Dialect.fill("attention_tiled.c", words);
    return Sources.of("attention", type == DType.FLOAT64, false, wide, random() + text);
  }

  /**
   * With matrix instructions ({@code attention_matrix.c}), of halves, or of float32 rounded to TF32.
   *
   * @param vector whether 16 bytes can be read at a time: columns lie side by side, and all other strides, all positions and all
   *        lengths of lines are multiples of that
   * @param depth of the longest line, by which copies are cut
   */
  public KernelSource matrix(MatrixInstruction instruction, boolean vector, long depth) {
    var words = new HashMap<String, String>();
    var coordinates = new Coordinates("p", rank, wide);
    fill(words, coordinates);
    form(words);
    words.put("group", Integer.toString(AttentionTile.MATRIX_GROUP));
    words.put("block", Integer.toString(tile.block()));
    words.put("columns", Integer.toString(tile.columns()));
    words.put("others", tile.columns() > 64 || kind.twice() ? "32" : "64"); // as registers allow
    words.put("words", depth * type.bytes() > 64 ? "32" : "16");
    words.put("vector", vector ? "1" : "0");
    words.put("rounded", type.isHalf() ? CType.cast(type.computeType(), type, "total[c][e]") : "total[c][e]");
    words.put("head", Dialect.fill("attention.h", words));
    return Sources.of("attention", false, type.isHalf(), wide,
        instruction.fragments(type) + random() + Dialect.fill("attention_matrix.c", words));
  }

  private String random() {
    return dropout ? Dialect.fill("philox.h", Map.of()) : "";
  }

  /** Arguments, and where operands lie. */
  private void fill(Map<String, String> words, Coordinates coordinates) {
    var parameters = new StringBuilder();
    if (dropout) {
      parameters.append(", GLOBAL const i64* base, i64 base_at, i64 draw_number, i64 seed, i64 share_bits"
          + ", i64 rest_bits");
    }
    parameters.append(coordinates.parameters());
    for (var name : List.of("a", "b", "a2", "b2", "x")) {
      var parameter = matrix(words, coordinates, name, false);
      if (kind.twice() || !name.endsWith("2")) parameters.append(parameter);
    }
    if (mask != null) {
      parameters.append(new Operand("mask", mask, Access.STRIDED, false).parameters(rank + 2));
    }
    parameters.append(vector(words, coordinates, "lse", kind == Kind.RESULT));
    var dots = vector(words, coordinates, "dots", false);
    if (kind.twice()) parameters.append(dots);
    parameters.append(matrix(words, coordinates, "out", true));
    words.put("parameters", parameters.toString());
    words.put("batch", coordinates.declare("(idx)batch"));
    words.put("mask", seen(coordinates));
    var dropped = "philox_uniform(seed, draw, random_from + (i64)" + query() + " * "
        + (kind.ofKeys() ? "own" : "other") + " + " + key() + ") < share";
    words.put("dropped", dropped);
    words.put("kept", dropout ? "(" + dropped + " ? 0 : rest)" : "1");
  }

  private void numbers(Map<String, String> words) {
    words.put("group", Integer.toString(tile.group()));
    words.put("items", Integer.toString(tile.items()));
    words.put("block", Integer.toString(tile.block()));
    words.put("each", Integer.toString(tile.block() / tile.items()));
    words.put("columns", Integer.toString(tile.columns()));
    words.put("columns_each", Integer.toString(tile.columns() / tile.items()));
    words.put("depth", Integer.toString(tile.depth()));
    words.put("pitch", Integer.toString(tile.pitch()));
    words.put("pool", Integer.toString(tile.pool()));
    form(words);
  }

  private void form(Map<String, String> words) {
    var number = type.computeType();
    words.put("scale", CType.fromBits(number, "scale_bits"));
    words.put("rest", CType.fromBits(number, "rest_bits"));
    words.put("lowest", CType.constant(number, number.bits(Double.NEGATIVE_INFINITY)));
    words.put("softmax", kind == Kind.RESULT ? "1" : "0");
    words.put("twice", kind.twice() ? "1" : "0");
    words.put("of_keys", kind.ofKeys() ? "1" : "0");
    words.put("by_query", kind.ofKeys() ? "j" : "i");
    words.put("causal", causal ? "1" : "0");
    words.put("dropout", dropout ? "1" : "0");
  }

  /** The number of the query, and of the key, of a weight. */
  private String query() {
    return kind.ofKeys() ? "theirs" : "mine";
  }

  private String key() {
    return kind.ofKeys() ? "mine" : "theirs";
  }

  /** Statements that mask a score v. */
  private String seen(Coordinates coordinates) {
    var text = new StringBuilder();
    if (causal) text.append("seen = seen && ").append(key()).append(" <= ").append(query()).append(";\n");
    if (mask != null) {
      var element = "mask[mask_at + " + Operand.sum("mask", coordinates.names(), 0) + " + " + query()
          + " * mask_s" + rank + " + " + key() + " * mask_s" + (rank + 1) + "]";
      text.append(
          mask == DType.BOOL ? "seen = seen && " + element + " != 0;"
              : "if (seen) v += " + (mask.isHalf() ? CType.cast(mask, DType.FLOAT32, element) : element)
                  + ";");
    }
    return text.toString();
  }

  private String matrix(Map<String, String> words, Coordinates coordinates, String name, boolean written) {
    boolean aside = !unit || written;
    start(words, coordinates, name);
    words.put(name + "_column", aside ? name + "_s" + (rank + 1) : "1");
    return new Operand(name, type, Access.STRIDED, written).parameters(rank + (aside ? 2 : 1));
  }

  private String vector(Map<String, String> words, Coordinates coordinates, String name, boolean written) {
    start(words, coordinates, name);
    return new Operand(name, type.computeType(), Access.STRIDED, written).parameters(rank + 1);
  }

  /** Where a batch begins, and the stride of rows. */
  private void start(Map<String, String> words, Coordinates coordinates, String name) {
    words.put(name + "_from", name + "_at + " + Operand.sum(name, coordinates.names(), 0));
    words.put(name + "_row", name + "_s" + rank);
  }
}
