package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.kernels.Operand.Access;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernels of {@code scan} and {@code argsort}. The arguments that stand in their files are followed by the sizes of the
 * {@code rank} kept dimensions as in {@link MapKernel} and the operands (in, then out, as far as a kernel has them), each as
 * buffer, position, kept strides and the stride along the line.
 *
 * @param type of what is scanned or sorted
 */
public record LinesKernel(DType type, int rank, boolean wide, int group) {
  /** Elements that the first step of a sort sorts together. */
  public static final int BLOCK = 8;

  private Coordinates coordinates() {
    return new Coordinates("k", rank, wide);
  }

  private String element(String name, DType of, String place) {
    var all = new ArrayList<>(coordinates().names());
    all.add(place);
    return new Operand(name, of, Access.STRIDED, false).element("", List.copyOf(all));
  }

  private String parameters(boolean in, DType out) {
    var text = coordinates().parameters();
    if (in) text += new Operand("in", type, Access.STRIDED, false).parameters(rank + 1);
    return text + new Operand("out", out, Access.STRIDED, true).parameters(rank + 1);
  }

  /** @param grouped whether a work-group shares a line */
  public KernelSource scan(Scan how, boolean grouped) {
    var fold = new FoldWriter(Fold.valueOf(how.name()), type, 0);
    var words = new HashMap<>(Map.of("group", Integer.toString(group), "parameters",
        parameters(true, fold.resultType()), "line", coordinates().declare("(idx)number"), "state",
        fold.declare(),
        "value", CType.value(type), "in", element("in", type, "r"), "fold", fold.add("element", "r"), "out",
        element("out", fold.resultType(), "r")));
    if (grouped) {
      words.put("shared", fold.declareShared(group));
      words.put("share", fold.share());
      words.put("before", fold.combine("", "_s[t]"));
    }
    return Sources.of("scan", type == DType.FLOAT64, false, wide,
        Dialect.fill(grouped ? "scan_groups.c" : "scan_items.c", words));
  }

  private String before(boolean descending, String a, String b) {
    var less = descending ? a + " > " + b : a + " < " + b;
    if (!type.isFloating()) return "(" + less + ")";
    // A NaN counts as the largest value.
    var nan = descending ? a + " != " + a + " && " + b + " == " + b
        : b + " != " + b + " && " + a + " == " + a;
    return "(" + less + " || (" + nan + "))";
  }

  private Map<String, String> sorting(boolean descending) {
    var words = new HashMap<String, String>();
    words.put("group", Integer.toString(group));
    words.put("block", Integer.toString(BLOCK));
    words.put("value", CType.value(type));
    words.put("line", coordinates().declare("(idx)number"));
    words.put("parameters", coordinates().parameters()
        + new Operand("in", type, Access.STRIDED, false).parameters(rank + 1));
    words.put("key_p", element("in", type, "p"));
    words.put("key_before", element("in", type, "mine[q - 1]"));
    words.put("key_position", element("in", type, "position"));
    words.put("key_probe", element("in", type, "mine[probe]"));
    words.put("v_before_w", before(descending, "v", "w"));
    words.put("w_before_v", before(descending, "w", "v"));
    return words;
  }

  public KernelSource sortBlocks(boolean descending) {
    return Sources.of("sort_blocks", type == DType.FLOAT64, false, wide,
        Dialect.fill("sort_blocks.c", sorting(descending)));
  }

  public KernelSource sortMerge(boolean descending) {
    return Sources.of("sort_merge", type == DType.FLOAT64, false, wide,
        Dialect.fill("sort_merge.c", sorting(descending)));
  }

  public KernelSource sortStore() {
    var words = Map.of("group", Integer.toString(group), "parameters", parameters(false, DType.INT64), "line",
        coordinates().declare("(idx)number"), "out", element("out", DType.INT64, "r"));
    return Sources.of("sort_store", false, false, wide, Dialect.fill("sort_store.c", words));
  }
}
