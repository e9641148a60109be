package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.kernels.Operand.Access;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * The kernels that go several times through the lines of a tensor: {@code softmax.c} and {@code layer_norm.c},
 * and what does the same on CPUs: {@code softmax_rows.c} and {@code layer_norm_rows.c}.
 *
 * <p>The arguments that stand in their files are followed by the sizes of the {@code rank} kept dimensions as in {@link
 * MapKernel}, and by operands, each as buffer, position, kept strides and the stride along the line: x and y; of
 * cross-entropy x, then without strides along the line label, log-sum-exp and loss; of layer norm x, y, then without
 * strides along the line mean and rstd, then weight and bias, which have a stride along the line alone; of its gradient g, x,
 * dx, mean, rstd and weight in the same way.
 *
 * @param type float32 or float64
 * @param form who takes a line
 */
public record NormKernel(DType type, int rank, Form form, boolean wide, int group) {
  /** Who takes a line. */
  public enum Form {
    /** An item. */
    ITEM,
    /** A work-group. */
    GROUP,
    /** An item of a CPU, with vectors: elements of x and y, of weight and bias lie side by side. */
    VECTORS
  }

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

  /** Where a line begins, in kernels with vectors. */
  private String start(String name) {
    return name + "_at + " + Operand.sum(name, coordinates().names(), 0);
  }

  private KernelSource fill(String name, Map<String, String> words, String parameters) {
    words.put("group", Integer.toString(group));
    boolean grouped = form == Form.GROUP;
    words.put("item_alone", grouped ? "0" : "1");
    words.put("shared", grouped ? "LOCAL REAL shared[" + group + "];" : "");
    words.put("line", coordinates().declare("(idx)number"));
    words.put("lowest", lowest());
    words.put("all_max", grouped ? "NAMED(group_max)(most, shared, " + group + ")" : "most");
    words.put("all_sum", grouped ? "NAMED(group_sum)(sum, shared, " + group + ")" : "sum");
    words.put("eps", CType.fromBits(type, "eps_bits"));
    words.put("parameters", coordinates().parameters() + parameters);
    var shared = switch (form) {
      case ITEM -> "";
      case GROUP -> Dialect.fill("groups.h", Map.of());
      case VECTORS -> Vectors.text(type);
    };
    var text = shared + Dialect.fill(name + (form == Form.VECTORS ? "_rows.c" : ".c"), words);
    return Sources.of(name, type == DType.FLOAT64, false, wide, text);
  }

  public KernelSource softmax(boolean logarithm) {
    var words = new HashMap<String, String>();
    var parameters = along(words, "in", "x", false) + along(words, "out", "y", true);
    if (form == Form.VECTORS) return vectors(words, parameters, logarithm);
    var result = logarithm ? "(" + words.get("in") + " - most) - last"
        : "NAMED(exp)(" + words.get("in") + " - most) / last";
    words.put("finish",
        "REAL last = " + (logarithm ? "NAMED(log)(sum)" : "sum")
            + ";\n  for (idx r = first; r < length; r += step) "
            + words.get("out") + " = " + result + ";");
    return fill("softmax", words, parameters);
  }

  /** Softmax keeps its exponentials where the result belongs, and divides them there. */
  private KernelSource vectors(Map<String, String> words, String parameters, boolean logarithm) {
    words.put("from", start("x"));
    var sums = logarithm ? SUMS : """
        i64 to = %s;
          for (idx r = 0; r < whole; r += LANES) {
            vec_fetch(x, next + r);
            vec e = vec_exp(vec_load(x, from + r) - high);
            vec_store(e, y, to + r);
            lanes = lanes + e;
          }
          if (rest > 0) {
            vec e = vec_exp(vec_load(x, from + length - LANES) - high);
            vec_store_end(e, y, to + length, rest);
            lanes = lanes + vec_end(e, rest, 0);
          }""".formatted(start("y"));
    words.put("sums", sums);
    words.put("finish", logarithm
        ? """
            i64 to = %s;
              REAL last = NAMED(log)(sum);
              for (idx r = 0; r < whole; r += LANES)
                vec_store((vec_load(x, from + r) - high) - vec_of(last), y, to + r);
              for (idx r = whole; r < length; r++) y[to + r] = (x[from + r] - most) - last;"""
            .formatted(start("y"))
        : """
            REAL share = 1 / sum;
              for (idx r = 0; r < whole; r += LANES) vec_store(vec_load(y, to + r) * vec_of(share), y, to + r);
              for (idx r = whole; r < length; r++) y[to + r] = y[to + r] * share;""");
    return fill("softmax", words, parameters);
  }

  private static final String SUMS = """
      for (idx r = 0; r < whole; r += LANES) {
          vec_fetch(x, next + r);
          lanes = lanes + vec_exp(vec_load(x, from + r) - high);
        }
        if (rest > 0) lanes = lanes + vec_end(vec_exp(vec_load(x, from + length - LANES) - high), rest, 0);""";

  private String lowest() {
    return CType.constant(type, type.bits(Double.NEGATIVE_INFINITY));
  }

  public KernelSource crossEntropy(DType labels) {
    var words = new HashMap<String, String>();
    var parameters = along(words, "in", "x", false) + once(words, "label", "label", labels, false)
        + once(words, "lse", "lse", type, true) + once(words, "loss", "loss", type, true);
    var picked = words.get("in");
    words.put("from", start("x"));
    words.put("sums", SUMS);
    words.put("finish",
        (form == Form.VECTORS ? "{\n" : "if (first == 0) {\n") + "    idx r = (idx)" + words.get("label")
            + ";\n    REAL all = NAMED(log)(sum) + most;\n    "
            + words.get("lse") + " = all;\n    " + words.get("loss") + " = r >= 0 && r < length ? all - "
            + picked
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
    if (form == Form.VECTORS) vectors(words, parameters);
    return fill("layer_norm", words, text);
  }

  /** @param weighted whether there is a weight */
  public KernelSource layerNormBackward(boolean weighted) {
    var words = new HashMap<String, String>();
    var text = along(words, "g", "g", false) + along(words, "in", "x", false)
        + along(words, "out", "dx", true) + once(words, "mean", "mean_of", type, false)
        + once(words, "rstd", "rstd_of", type, false);
    if (weighted) text += ", GLOBAL const " + CType.memory(type) + "* weight, i64 weight_at, idx weight_s0";
    var g = form == Form.VECTORS ? "g[g_from + r]" : words.get("g");
    words.put("weighted", weighted ? "(" + g + " * weight[weight_at + r * weight_s0])" : g);
    words.put("vector_weighted", weighted
        ? "(vec_load(g, g_from + r) * vec_load(weight, weight_at + r))"
        : "vec_load(g, g_from + r)");
    words.put("g_from", start("g"));
    words.put("from", start("x"));
    words.put("to", start("dx"));
    return fill("layer_norm_backward", words, text);
  }

  private void vectors(Map<String, String> words, int parameters) {
    words.put("from", start("x"));
    words.put("to", start("y"));
    words.put("vector_result", switch (parameters) {
      case 0 -> "";
      case 1 -> "normal = normal * vec_load(weight, weight_at + r);";
      default -> "normal = vec_fma(normal, vec_load(weight, weight_at + r), vec_load(bias, bias_at + r));";
    });
    words.put("result", switch (parameters) {
      case 0 -> "";
      case 1 -> "normal = normal * weight[weight_at + r];";
      default -> "normal = FMA(normal, weight[weight_at + r], bias[bias_at + r]);";
    });
  }
}
