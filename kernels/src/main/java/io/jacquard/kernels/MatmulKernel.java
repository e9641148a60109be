package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.kernels.Operand.Access;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of {@code matmul}: {@code matmul_direct.c}, {@code matmul_tiled.c}, for CPUs {@code
 * matmul_vectors.c}, and for matrix instructions {@code matmul_matrix.c}.
 *
 * <p>Arguments: rows, columns, depth; alpha and beta as raw bits; the sizes of the batch's dimensions as in {@link
 * MapKernel}; A's buffer, position, strides of the batch, of rows and of the depth; B's, of the batch, of the depth and of columns;
 * for each extra operand, then for each output, buffer, position, strides of the batch, of rows and of columns; the
 * epilogue's parameters. A stride that is 1 by {@link Unit} is no argument.
 *
 * <p>Halves are read and written, never computed with: the sum is float32, as are alpha and beta, and rounds once.
 *
 * @param type of A and B, and of the result without an epilogue
 * @param batch dimensions of the batch, at least 1
 * @param beta whether the first output's present value is read
 * @param vectors whether tiles are vectors of a CPU: B has a {@link Unit#COLUMN}, the tile whole vectors of {@link #lanes}
 * @param matrix the instruction that multiplies float16, with {@link MatrixInstruction#TILE}; null for none
 */
public record MatmulKernel(DType type, @Nullable Program epilogue, MatmulTile tile, Unit a, Unit b, int batch,
    boolean beta, boolean vectors, boolean wide, @Nullable MatrixInstruction matrix) {
  /** Without matrix instructions. */
  public MatmulKernel(DType type, @Nullable Program epilogue, MatmulTile tile, Unit a, Unit b, int batch,
      boolean beta, boolean vectors, boolean wide) {
    this(type, epilogue, tile, a, b, batch, beta, vectors, wide, null);
  }

  /** Which of a matrix's two strides is known to be 1. */
  public enum Unit {
    NONE, ROW, COLUMN
  }

  /** Elements of a vector of a floating type. */
  public static int lanes(DType type) {
    return Vectors.lanes(type);
  }

  /** Items of a work-group. */
  public int group() {
    return matrix == null ? tile.group() : matrix.lanes();
  }

  /** What is computed with. */
  private DType sum() {
    return type.computeType();
  }

  public KernelSource source() {
    var coordinates = new Coordinates("c", batch, wide);
    var parameters = new StringBuilder(coordinates.parameters());
    parameters.append(matrix("a", a, "m", "k")).append(matrix("b", b, "k", "n"));
    var all = new ArrayList<>(coordinates.names());
    all.add("m");
    all.add("n");
    var finish = new StringBuilder(CType.value(sum()) + " total = " + scaled() + "; ");
    if (beta) finish.append("total = ").append(accumulated(widened(output(0).element("", all)))).append("; ");
    if (epilogue == null) {
      parameters.append(output(0).parameters(batch + 2));
      finish.append(output(0).element("", all)).append(" = ").append(rounded("total")).append(";");
    } else {
      finish(epilogue, parameters, finish, all);
    }
    var words = words(coordinates, parameters.toString(), finish.toString());
    var kernel = matrix != null ? matrix.text() + Dialect.fill("matmul_matrix.c", words)
        : vectors ? Vectors.text(type) + Dialect.fill("matmul_vectors.c", words)
            : Dialect.fill(tile.shared() ? "matmul_tiled.c" : "matmul_direct.c", words);
    return epilogue == null ? Sources.of("matmul", type == DType.FLOAT64, type.isHalf(), wide, kernel)
        : Sources.of("matmul", new ProgramWriter(epilogue), type.isHalf(), wide, kernel);
  }

  private String widened(String element) {
    return type.isHalf() ? CType.cast(type, sum(), element) : element;
  }

  private String rounded(String value) {
    return type.isHalf() ? CType.cast(sum(), type, value) : value;
  }

  private Operand output(int j) {
    var t = epilogue == null ? type : epilogue.outputType(j);
    return new Operand("out" + j, t, Access.STRIDED, true);
  }

  private void finish(Program program, StringBuilder parameters, StringBuilder finish, List<String> all) {
    var writer = new ProgramWriter(program);
    if (writer.usesIndex()) parameters.append(Operand.strides("index", Access.STRIDED, batch + 2));
    var values = new ArrayList<>(List.of("total"));
    for (int i = 1; i < program.inputs().size(); i++) {
      var extra = new Operand("extra" + i, program.inputs().get(i), Access.STRIDED, false);
      parameters.append(extra.parameters(batch + 2));
      values.add(extra.element("", all));
    }
    var names = new ArrayList<String>();
    var stores = new StringBuilder();
    for (int j = 0; j < program.outputs(); j++) {
      parameters.append(output(j).parameters(batch + 2));
      names.add("o" + j);
      finish.append(CType.value(program.outputType(j))).append(" o").append(j).append("; ");
      stores.append(" ").append(output(j).element("", all)).append(" = o").append(j).append(";");
    }
    parameters.append(writer.parameters());
    var index = writer.usesIndex() ? Operand.position("index", Access.STRIDED, "", all) : "0";
    finish.append(writer.call(index, values, names)).append(stores);
  }

  private String matrix(String name, Unit unit, String row, String column) {
    var text = new StringBuilder(
        ", GLOBAL const " + CType.memory(type) + "* " + name + ", i64 " + name + "_at"
            + Operand.strides(name, Access.STRIDED, batch));
    if (unit != Unit.ROW) text.append(", idx ").append(name).append("_").append(row);
    if (unit != Unit.COLUMN) text.append(", idx ").append(name).append("_").append(column);
    return text.toString();
  }

  private String scaled() {
    var sum = "sum[i][j]";
    return type.isFloating() ? CType.fromBits(sum(), "alpha_bits") + " * " + sum
        : CType.prefix(type) + "_mul(" + CType.fromBits(type, "alpha_bits") + ", " + sum + ")";
  }

  private String accumulated(String present) {
    var factor = CType.fromBits(sum(), "beta_bits");
    if (type.isFloating()) return "FMA(" + factor + ", " + present + ", total)";
    var t = CType.prefix(type);
    return t + "_add(" + t + "_mul(" + factor + ", " + present + "), total)";
  }

  private Map<String, String> words(Coordinates coordinates, String parameters, String finish) {
    var words = new HashMap<String, String>();
    words.put("group", Integer.toString(group()));
    words.put("sub_group", matrix == null ? "" : matrix.subGroup());
    words.put("parameters", parameters);
    words.put("finish", finish);
    words.put("memory", CType.memory(type));
    words.put("value", CType.value(sum()));
    words.put("widened", type.isHalf() ? CType.prefix(type) + "_to_" + CType.prefix(sum()) : "");
    words.put("tile_rows", Integer.toString(tile.rows()));
    words.put("tile_columns", Integer.toString(tile.columns()));
    if (vectors) words.put("vectors", Integer.toString(tile.columns() / lanes(type)));
    words.put("block_rows", Integer.toString(tile.blockRows()));
    words.put("block_columns", Integer.toString(tile.blockColumns()));
    words.put("block_depth", Integer.toString(tile.depth()));
    words.put("across", Integer.toString(tile.across()));
    words.put("down", Integer.toString(tile.down()));
    words.put("a_pitch", Integer.toString(tile.pitch(tile.blockRows())));
    words.put("b_pitch", Integer.toString(tile.pitch(tile.blockColumns())));
    words.put("aligned", Integer.toString(Math.min(16, tile.vector() * sum().bytes())));
    words.put("unroll", tile.unroll() == 1 ? "" : "#pragma unroll " + tile.unroll());
    words.put("row", spread("y", "i", tile.down()));
    words.put("column", spread("x", "j", tile.across()));
    words.put("batch", coordinates.declare("batch"));
    words.put("a_batch", Operand.sum("a", coordinates.names(), 0));
    words.put("b_batch", Operand.sum("b", coordinates.names(), 0));
    words.put("a_m", a == Unit.ROW ? "1" : "a_m");
    words.put("a_k", a == Unit.COLUMN ? "1" : "a_k");
    words.put("b_k", b == Unit.ROW ? "1" : "b_k");
    words.put("b_n", b == Unit.COLUMN ? "1" : "b_n");
    words.put("multiply_add", type.isFloating() ? "FMA(down, across[j], sum[i][j])"
        : "%1$s_add(%1$s_mul(down, across[j]), sum[i][j])".formatted(CType.prefix(type)));
    // Neighbouring items copy neighbouring words: along the depth where that is the matrix's order in memory.
    boolean aAlong = a == Unit.COLUMN;
    boolean bAlong = b == Unit.ROW;
    words.put("a_row", aAlong ? "e / " + tile.depth() : "e % " + tile.blockRows());
    words.put("a_depth", aAlong ? "e % " + tile.depth() : "e / " + tile.blockRows());
    words.put("b_column", bAlong ? "e / " + tile.depth() : "e % " + tile.blockColumns());
    words.put("b_depth", bAlong ? "e % " + tile.depth() : "e / " + tile.blockColumns());
    return words;
  }

  /** Which of the block's elements an item's number {@code each} is: vectors of neighbours, spread over all items. */
  private String spread(String item, String each, int items) {
    int vector = tile.vector();
    if (vector == 1) return item + " + " + each + " * " + items;
    return "%s * %d + %s / %d * %d + %s %% %d".formatted(item, vector, each, vector, items * vector, each,
        vector);
  }
}
