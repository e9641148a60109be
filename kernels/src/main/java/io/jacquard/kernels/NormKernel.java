package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.kernels.Operand.Access;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * The kernels that go several times through the lines of a tensor: {@code softmax.c} and {@code layer_norm.c}.
 *
 * <p>The arguments that stand in their files are followed by the sizes of the {@code rank} kept dimensions as in {@link
 * MapKernel}, and by operands, each as buffer, position, kept strides and the stride along the line: x and y; of
 * cross-entropy x, then without strides along the line label, log-sum-exp and loss; of layer norm x, y, then without
 * strides along the line mean and rstd, then weight and bias, which have a stride along the line alone.
 *
 * @param type float32 or float64
 * @param grouped whether a work-group shares a line
 */
public record NormKernel(DType type, int rank, boolean grouped, boolean wide, int group) {
  private Coordinates coordinates() {
    return new Coordinates("k", rank, wide);
  }

  /** A parameter with kept strides and one along the line, and its element number r. */
  private String along(Map<String, String> words, String word, String name, boolean written) {
    var operand = new Operand(name, type, Access.STRIDED, written);
    var all = new ArrayList<>(coordinates().names());
    all.add("r");
    words.put(word, operand.element("", all));
    return operand.parameters(rank + 1);
  }

  private String once(Map<String, String> words, String word, String name, DType of, boolean written) {
    var operand = new Operand(name, of, Access.STRIDED, written);
    words.put(word, operand.element("", coordinates().names()));
    return operand.parameters(rank);
  }

  private KernelSource fill(String name, Map<String, String> words, String parameters) {
    words.put("group", Integer.toString(group));
    words.put("item_alone", grouped ? "0" : "1");
    words.put("shared", grouped ? "LOCAL REAL shared[" + group + "];" : "");
    words.put("line", coordinates().declare("(idx)number"));
    words.put("lowest", CType.constant(type, type.bits(Double.NEGATIVE_INFINITY)));
    words.put("all_max", grouped ? "NAMED(group_max)(most, shared, " + group + ")" : "most");
    words.put("all_sum", grouped ? "NAMED(group_sum)(sum, shared, " + group + ")" : "sum");
    words.put("eps", CType.fromBits(type, "eps_bits"));
    words.put("parameters", coordinates().parameters() + parameters);
    var text = (grouped ? Dialect.fill("groups.h", Map.of()) : "") + Dialect.fill(name + ".c", words);
    return Sources.of(name, type == DType.FLOAT64, false, wide, text);
  }

  public KernelSource softmax(boolean logarithm) {
    var words = new HashMap<String, String>();
    var parameters = along(words, "in", "x", false) + along(words, "out", "y", true);
    var result = logarithm ? "(" + words.get("in") + " - most) - last"
        : "NAMED(exp)(" + words.get("in") + " - most) / last";
    words.put("finish",
        "REAL last = " + (logarithm ? "NAMED(log)(sum)" : "sum")
            + ";\n  for (idx r = first; r < length; r += step) "
            + words.get("out") + " = " + result + ";");
    return fill("softmax", words, parameters);
  }

  public KernelSource crossEntropy(DType labels) {
    var words = new HashMap<String, String>();
    var parameters = along(words, "in", "x", false) + once(words, "label", "label", labels, false)
        + once(words, "lse", "lse", type, true) + once(words, "loss", "loss", type, true);
    var picked = words.get("in");
    words.put("finish", "if (first == 0) {\n    idx r = (idx)" + words.get("label")
        + ";\n    REAL all = NAMED(log)(sum) + most;\n    "
        + words.get("lse") + " = all;\n    " + words.get("loss") + " = r >= 0 && r < length ? all - " + picked
        + " : 0; /* what is no class has been noted by check.c */\n  }");
    return fill("softmax", words, parameters);
  }

  /** @param parameters how many there are: weight, or weight and bias */
  public KernelSource layerNorm(int parameters) {
    var words = new HashMap<String, String>();
    var text = along(words, "in", "x", false) + along(words, "out", "y", true)
        + once(words, "mean", "mean_of", type, true) + once(words, "rstd", "rstd_of", type, true);
    var result = "(" + words.get("in") + " - mean) * rstd";
    for (int p = 0; p < parameters; p++) {
      var name = p == 0 ? "weight" : "bias";
      text += ", GLOBAL const " + CType.memory(type) + "* " + name + ", i64 " + name + "_at, idx " + name
          + "_s0";
      var element = name + "[" + name + "_at + r * " + name + "_s0]";
      result = p == 0 ? result + " * " + element
          : "FMA((" + words.get("in") + " - mean) * rstd, weight[weight_at + r * weight_s0], "
              + element + ")";
    }
    words.put("result", result);
    return fill("layer_norm", words, text);
  }
}
