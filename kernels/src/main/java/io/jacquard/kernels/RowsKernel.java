package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.kernels.Operand.Access;
import java.util.HashMap;
import java.util.Map;

/**
 * The kernels of {@code gather}, {@code scatterAdd} and of checks: {@code check.c}, {@code gather.c}, {@code
 * scatter_columns.c} and {@code scatter_sorted.c}. Their arguments stand in their files; after those come the sizes of the
 * {@code rank} dimensions as in {@link MapKernel}, and the operands, each as buffer, position and strides: x of a check; index,
 * table and out of a gather; rows and table of the others.
 *
 * @param type of the table
 * @param index the type of the index; of a check, of what is checked
 */
public record RowsKernel(DType type, DType index, int rank, boolean wide, int group) {
  private Coordinates coordinates() {
    return new Coordinates("c", rank, wide);
  }

  private Operand operand(String name, DType of, boolean written) {
    return new Operand(name, of, Access.STRIDED, written);
  }

  private KernelSource source(String name, Map<String, String> words) {
    var all = new HashMap<>(words);
    all.put("group", Integer.toString(group));
    return Sources.of(name, type == DType.FLOAT64, false, wide, Dialect.fill(name + ".c", all));
  }

  public KernelSource check() {
    var x = operand("x", index, false);
    return source("check",
        Map.of("parameters", coordinates().parameters() + x.parameters(rank), "coordinates",
            coordinates().declare("e"), "element", x.element("", coordinates().names())));
  }

  public KernelSource gather() {
    var at = operand("index", index, false);
    var table = operand("table", type, false);
    var out = operand("out", type, true);
    var c = coordinates();
    return source("gather", Map.of("parameters",
        c.parameters() + at.parameters(rank) + table.parameters(rank) + out.parameters(rank), "coordinates",
        c.declare("(idx)e"), "index", at.element("", c.names()), "table", Operand.sum("table", c.names(), 0),
        "out",
        out.element("", c.names())));
  }

  public KernelSource scatterColumns() {
    return source("scatter_columns", scatter("(idx)column"));
  }

  public KernelSource scatterSorted() {
    return source("scatter_sorted", scatter("column"));
  }

  private Map<String, String> scatter(String column) {
    var c = coordinates();
    var parameters = c.parameters() + operand("rows", type, false).parameters(rank)
        + operand("table", type, true).parameters(rank);
    return Map.of("parameters", parameters, "coordinates", c.declare(column), "index_memory",
        CType.memory(index),
        "value", CType.value(type), "rows", Operand.sum("rows", c.names(), 0), "table",
        Operand.sum("table", c.names(), 0), "sum",
        type.isFloating() ? "present + added" : CType.prefix(type) + "_add(present, added)");
  }
}
