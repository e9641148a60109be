package io.jacquard.kernels;

import io.jacquard.DType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The kernels of convolutions: {@code convolution_tiled.c} and {@code convolution_matrix.c} for GPUs, {@code convolution_vectors.c} and {@code
 * convolution_weight_vectors.c} for CPUs.
 *
 * <p>The numbers that stand in their files are followed by the sizes of coordinates as in {@link MapKernel}: of rows [n, q...]
 * and depth [t..., c] (tiled, weight: rows [t..., c] and depth [n, q...]), of rows [n, q...] and taps (vectors), of taps and
 * of all windows' axes but the last (weight, vectors). Then for each axis its size and stride in x, where the first place
 * begins, and by how much a step of the row and one of the depth moves it; the strides of x for the coordinate of the row and that of the depth
 * that is no position; x as buffer, position and step from group to group; b the same, its strides for the
 * coordinates of the depth (positions, then the other) and of the columns; out the same, with a step from chunk to chunk
 * and strides for the coordinates of the row and of the columns; a bias as buffer, position and stride, if there is one.
 *
 * @param type of x and b; halves, in the kernels for GPUs, are added up in float32
 * @param result the same, or float32 where a sum of halves is cut into chunks
 * @param rank spatial dimensions, 1 to 3
 * @param weight whether it is the gradient of the weight
 */
public record ConvolutionKernel(DType type, DType result, int rank, boolean weight, boolean bias,
    boolean wide,
    MatmulTile tile) {
  /** With matrix instructions: for many columns, and for few. The depth is in words, the items are 4 warps. */
  public static final MatmulTile WIDE_MATRIX = new MatmulTile(true, 16, 8, 16, 4, 16);
  public static final MatmulTile NARROW_MATRIX = new MatmulTile(true, 8, 16, 8, 4, 16);

  /** Columns of a vector of the kernels for CPUs. */
  public static int lanes(DType type) {
    return Vectors.lanes(type);
  }

  /** Bytes that a work-group of the kernel for GPUs shares at most: both blocks, and the tables of positions. */
  public static long sharedBytes(MatmulTile tile, DType type) {
    long blocks = (long) tile.depth() * (tile.blockRows() + tile.blockColumns() + 2)
        * type.computeType().bytes();
    return blocks + 4L * 8 * (tile.blockRows() + tile.depth()) + 8L * tile.depth();
  }

  private Coordinates rows(int dims) {
    return new Coordinates("p", dims, wide);
  }

  private Coordinates taps(int dims) {
    return new Coordinates("t", dims, wide);
  }

  private String axes(IntFunction<String> each) {
    return IntStream.range(0, rank).mapToObj(each).collect(Collectors.joining(" "));
  }

  private String operands() {
    var number = CType.memory(type);
    return axes(a -> ", idx size%1$d, idx stride%1$d, idx start%1$d, idx m_step%1$d, idx k_step%1$d"
        .formatted(a)) + ", idx m_rest, idx k_rest, GLOBAL const " + number + "* x, i64 x_at, i64 x_group"
        + ", GLOBAL const " + number + "* b, i64 b_at, i64 b_group" + axes(a -> ", idx b_s" + a)
        + ", idx b_rest, idx b_n, GLOBAL " + CType.memory(result)
        + "* out, i64 out_at, i64 out_group, i64 out_chunk"
        + axes(a -> ", idx out_s" + a) + ", idx out_rest, idx out_n"
        + (bias ? ", GLOBAL const " + number + "* bias, i64 bias_at, idx bias_s" : "");
  }

  private Map<String, String> words() {
    var words = new HashMap<String, String>();
    words.put("group", Integer.toString(tile.group()));
    words.put("rank", Integer.toString(rank));
    words.put("tile_rows", Integer.toString(tile.rows()));
    words.put("value", CType.value(type.computeType()));
    words.put("widened", widened());
    return words;
  }

  private KernelSource source(String name, String file, String vectors, Map<String, String> words) {
    return Sources.of(name, type == DType.FLOAT64, type.isHalf(), wide,
        vectors + Dialect.fill(file + ".c", words));
  }

  /** The function that makes an element of memory a value to compute with; none where it is one. */
  private String widened() {
    return type.isHalf() ? CType.prefix(type) + "_to_f32" : "";
  }

  /** For GPUs: all three products. */
  public KernelSource tiled() {
    var words = blocks();
    // Neighbouring items copy neighbouring words: channels of x lie side by side, and so do the columns of b.
    words.put("a_row", weight ? "e % " + tile.blockRows() : "e / " + tile.depth());
    words.put("a_depth", weight ? "e / " + tile.blockRows() : "e % " + tile.depth());
    words.put("b_column", "e % " + tile.blockColumns());
    words.put("b_depth", "e / " + tile.blockColumns());
    return source("convolution", "convolution_tiled", "", words);
  }

  /**
   * How the kernel with matrix instructions copies blocks.
   *
   * @param x whether 16 bytes of x at a time: its channels lie side by side, their number and all strides are multiples of that
   * @param along whether b's depth lies side by side, and not its columns
   * @param b whether 16 bytes of b at a time
   */
  public record Copies(boolean x, boolean along, boolean b) {}

  /** For GPUs with {@link MatrixInstruction#hasFragments}: all three products; of float32 rounded to TF32. */
  public KernelSource matrix(MatrixInstruction instruction, Copies copies) {
    int warps = tile.group() / instruction.lanes();
    int across = tile.blockColumns() / 32;
    int depth = tile.depth();
    var words = blocks();
    words.put("warps_across", Integer.toString(across));
    words.put("warp_rows", Integer.toString(tile.blockRows() / (warps / across)));
    words.put("a_along", weight ? "0" : "1");
    words.put("a_vector", copies.x ? "1" : "0");
    words.put("b_along", copies.along ? "1" : "0");
    words.put("b_vector", copies.b ? "1" : "0");
    words.put("a_row", weight ? "e % " + tile.blockRows() : "e / " + depth);
    words.put("a_word", weight ? "e / " + tile.blockRows() : "e % " + depth);
    words.put("b_column", copies.along ? "e / " + depth : "e % " + tile.blockColumns());
    words.put("b_word", copies.along ? "e % " + depth : "e / " + tile.blockColumns());
    return source("convolution", "convolution_matrix", instruction.fragments(type), words);
  }

  /** What both kernels for GPUs say of blocks and places. */
  private Map<String, String> blocks() {
    // the coordinate of axis a, and that which is no position, among those of the windows and of the taps
    IntFunction<String> window = a -> "" + (a + 1);
    IntFunction<String> tap = a -> "" + a;
    var ofRow = weight ? tap : window;
    var ofDepth = weight ? window : tap;
    var restOfRow = weight ? "p" + rank : "p0";
    var restOfDepth = weight ? "t0" : "t" + rank;
    var words = words();
    words.put("parameters", rows(rank + 1).parameters() + taps(rank + 1).parameters() + operands());
    words.put("rows", rows(rank + 1).declare("row"));
    words.put("depth", taps(rank + 1).declare("number"));
    words.put("row_tables",
        axes(a -> "row_at[%1$d][i] = p%2$s * m_step%1$d + start%1$d;".formatted(a, ofRow.apply(a)))
            + " row_at[" + rank + "][i] = " + restOfRow + " * m_rest;");
    words.put("depth_tables",
        axes(a -> "depth_at[%1$d][k] = t%2$s * k_step%1$d;".formatted(a, ofDepth.apply(a)))
            + " depth_at[" + rank + "][k] = " + restOfDepth + " * k_rest;");
    words.put("b_place", axes(a -> "(i64)t%s * b_s%d +".formatted(ofDepth.apply(a), a)) + " (i64)"
        + restOfDepth + " * b_rest");
    words.put("place", axes(a -> place("row_at[" + a + "][i] + depth_at[" + a + "][k]",
        "inside = inside && p >= 0 && p < size" + a + "; place += (i64)p * stride" + a + ";")));
    words.put("out_place", axes(a -> "(i64)p%s * out_s%d +".formatted(ofRow.apply(a), a)) + " (i64)"
        + restOfRow + " * out_rest");
    words.put("bias",
        bias ? "total += " + widened() + "(bias[bias_at + (group * columns + n) * bias_s]);" : "");
    words.put("rounded", result.isHalf() ? CType.cast(DType.FLOAT32, result, "total") : "total");
    words.put("tile_columns", Integer.toString(tile.columns()));
    words.put("block_rows", Integer.toString(tile.blockRows()));
    words.put("block_columns", Integer.toString(tile.blockColumns()));
    words.put("block_depth", Integer.toString(tile.depth()));
    words.put("across", Integer.toString(tile.across()));
    words.put("down", Integer.toString(tile.down()));
    return words;
  }

  private static String place(String sum, String then) {
    return "{ idx p = " + sum + "; " + then + " }";
  }

  /** For CPUs: the convolution, and the gradient of its input. */
  public KernelSource vectors() {
    var words = words();
    words.put("vectors", Integer.toString(tile.columns() / lanes(type)));
    words.put("parameters", rows(rank + 1).parameters() + taps(rank).parameters() + operands());
    words.put("rows", rows(rank + 1).declare("row"));
    words.put("taps", taps(rank).declare("tap"));
    words.put("from",
        axes(a -> "from[i][%1$d] = p%2$d * m_step%1$d + start%1$d;".formatted(a, a + 1)));
    words.put("place", axes(a -> place("from[i][" + a + "] + t" + a + " * k_step" + a,
        "inside[i] &= p >= 0 && p < size" + a + "; at[i] += p * stride" + a + ";")));
    words.put("b_place", axes(a -> (a == 0 ? "" : "+ ") + "(i64)t" + a + " * b_s" + a));
    words.put("out_place",
        "(i64)p0 * out_rest" + axes(a -> " + (i64)p" + (a + 1) + " * out_s" + a));
    words.put("bias", bias
        ? "REAL lane[LANES]; for (int l = 0; l < LANES; l++) lane[l] = l < count ? bias[bias_at + "
            + "(GROUP(2) * columns + n + l) * bias_s] : 0; total = total + vec_join(lane);"
        : "");
    return source("convolution", "convolution_vectors", real(), words);
  }

  /** For CPUs: the gradient of the weight. */
  public KernelSource weightVectors() {
    int last = rank - 1;
    var lines = new Coordinates("q", rank - 1, wide);
    var words = words();
    words.put("vectors", Integer.toString(tile.columns() / lanes(type)));
    words.put("parameters", taps(rank).parameters() + lines.parameters() + operands());
    words.put("taps", taps(rank).declare("tap"));
    words.put("start",
        ("idx start_last = start%1$d + t%1$d * m_step%1$d, step_last = k_step%1$d, size_last = size%1$d, "
            + "b_last = b_s%1$d; i64 stride_last = stride%1$d;").formatted(last));
    var text = new StringBuilder(lines.declare("line"));
    for (int a = 0; a < last; a++) {
      text.append(place("q%1$d * k_step%1$d + start%1$d + t%1$d * m_step%1$d".formatted(a),
          ("inside &= p >= 0 && p < size%1$d; px += (i64)p * stride%1$d; pb += (i64)q%1$d * b_s%1$d;")
              .formatted(a)));
    }
    words.put("line", text.toString());
    words.put("out_place", axes(a -> (a == 0 ? "" : "+ ") + "(i64)t" + a + " * out_s" + a));
    return source("convolution_weight", "convolution_weight_vectors", real(), words);
  }

  /** The vectors, over the type's own functions. */
  private String real() {
    return Vectors.text(type);
  }
}
