package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.kernels.Operand.Access;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernels of pooling: {@code pool.c} and, for gradients, {@code pool_backward.c}.
 *
 * <p>Arguments: items, and the size of the last coordinate; the sizes of the {@code rank} coordinates of what is written, as in
 * {@link MapKernel}; for each axis of the window its kernel, stride, padding before, dilation and the size of what is read,
 * and in gradients, where positions have 32 bits, the multiplier and shift by which to divide by the stride; of averages the
 * divisor as raw bits; what is read, what is written and, for maxima, the tap numbers, each as buffer, position and strides.
 *
 * @param type float32 or float64; tap numbers are float32
 * @param spatial which coordinates are the window's axes, for each of these
 * @param lanes elements of an item, which follow one another along the last coordinate, no axis then; 1 without such
 * @param full whether there are so many for each item, so that its loops have a fixed length; otherwise for the last one fewer
 */
public record PoolKernel(Kind kind, DType type, int rank, List<Integer> spatial, int lanes, boolean full,
    boolean wide, int group) {
  /** Elements that an item takes on CPUs. */
  public static final int LANES = 64;

  /** What is computed. */
  public enum Kind {
    /** The largest, and its tap's number. */
    MAX(false, true),
    /** The element at a tap that is given. */
    PICK(false, true),
    /** The sum, divided. */
    SUM(false, false),
    /** What arrives, where the tap is the one that is given. */
    MAX_GRADIENT(true, true),
    /** What arrives, divided. */
    SUM_GRADIENT(true, false);

    private final boolean backward;
    private final boolean taps;

    Kind(boolean backward, boolean taps) {
      this.backward = backward;
      this.taps = taps;
    }

    /** Whether an element collects from the windows that see it, rather than a window from its elements. */
    public boolean isBackward() {
      return backward;
    }

    /** Whether there are tap numbers. */
    public boolean hasTaps() {
      return taps;
    }

    /** Whether there is a divisor. */
    public boolean divides() {
      return !taps;
    }
  }

  private Coordinates coordinates() {
    return new Coordinates("c", rank, wide);
  }

  /** The coordinates with those of the axes replaced by what is named so. */
  private List<String> names(String axis) {
    var names = new ArrayList<>(coordinates().names());
    for (int a = 0; a < spatial.size(); a++) names.set(spatial.get(a), axis + a);
    return names;
  }

  private String place(String name, List<String> names) {
    return "i64 " + name + "_from = " + name + "_at + (" + Operand.sum(name, names, 0) + ");";
  }

  private Operand operand(String name, DType of, boolean written) {
    return new Operand(name, of, Access.STRIDED, written);
  }

  private String parameters() {
    var text = new StringBuilder(coordinates().parameters());
    for (int a = 0; a < spatial.size(); a++) {
      text.append(
          ", idx kernel%1$d, idx stride%1$d, idx before%1$d, idx dilation%1$d, idx size%1$d".formatted(a));
      if (kind.backward && !wide) text.append(", int stride%1$d_mul, int stride%1$d_shift".formatted(a));
    }
    if (kind.divides()) text.append(", i64 divisor");
    text.append(operand("x", type, false).parameters(rank)).append(operand("y", type, true).parameters(rank));
    if (kind.taps) text.append(operand("t", DType.FLOAT32, kind == Kind.MAX).parameters(rank));
    return text.toString();
  }

  /** Loops over the taps whose element, or window, exists: its position along axis a is {@code p<a>}. */
  private String windows() {
    var text = new StringBuilder();
    for (int a = 0; a < spatial.size(); a++) {
      var c = "c" + spatial.get(a);
      text.append("for (idx k%1$d = 0; k%1$d < kernel%1$d; k%1$d++) { ".formatted(a));
      if (kind.backward) {
        var quotient = wide ? "s%1$d / stride%1$d" : "divide_int(s%1$d, stride%1$d_mul, stride%1$d_shift)";
        text.append(
            ("idx s%1$d = %2$s + before%1$d - k%1$d * dilation%1$d; if (s%1$d < 0) break; idx p%1$d = "
                + quotient + "; if (p%1$d * stride%1$d != s%1$d || p%1$d >= size%1$d) continue; ")
                .formatted(a, c));
      } else {
        text.append(("idx p%1$d = %2$s * stride%1$d - before%1$d + k%1$d * dilation%1$d; "
            + "if (p%1$d < 0) continue; if (p%1$d >= size%1$d) break; ").formatted(a, c));
      }
    }
    return text.toString();
  }

  private String tap() {
    var text = "(int)k0";
    for (int a = 1; a < spatial.size(); a++) text = "(" + text + " * (int)kernel" + a + " + (int)k" + a + ")";
    return text;
  }

  public KernelSource source() {
    var name = kind.backward ? "pool_backward" : "pool";
    var words = new HashMap<>(Map.of("group", Integer.toString(group), "lanes", Integer.toString(lanes),
        "parameters", parameters(), "place", place(), "coordinates", coordinates().declare("i"), "y_place",
        place("y", coordinates().names()), "windows", windows(), "tap", tap(), "x_place",
        place("x", names("p")),
        "end", "}".repeat(spatial.size() + 1)));
    words.put("each", (lanes == 1 ? "UNROLL" : "INDEPENDENT") + " for (int l = 0; l < "
        + (full ? Integer.toString(lanes) : "filled") + "; l++)");
    words.put("take", take());
    words.put("tap_place", "");
    words.put("tap_state", "");
    words.put("tap_start", "");
    words.put("tap_store", "");
    words.put("start", "0");
    words.put("result", "value[l]");
    var divided = " / " + CType.fromBits(type, "divisor");
    switch (kind) {
      case MAX -> {
        words.put("does",
            "The largest element, the first of equals, a NaN before all; and the number of its tap.");
        words.put("start", CType.constant(type, type.bits(Double.NEGATIVE_INFINITY)));
        words.put("tap_state", "float best[" + lanes + "]; " + place("t", coordinates().names()));
        words.put("tap_start", "best[l] = -1;");
        words.put("tap_store", "t[t_from + l] = best[l];");
      }
      case PICK -> {
        words.put("does", "The element at the tap of the given number.");
        words.put("tap_state", "float best[" + lanes + "]; " + place("t", coordinates().names()));
        words.put("tap_start", "best[l] = t[t_from + l];");
      }
      case SUM -> {
        words.put("does", "The sum of all elements, divided.");
        words.put("result", "value[l]" + divided);
      }
      case MAX_GRADIENT -> {
        words.put("does", "What arrives for a window goes to the tap whose number is given.");
        words.put("tap_place", place("t", names("p")));
      }
      case SUM_GRADIENT -> words.put("does", "Each element gets the same share of what arrives.");
    }
    return Sources.of(name, type == DType.FLOAT64, false, wide, Dialect.fill(name + ".c", words));
  }

  private String take() {
    return switch (kind) {
      case MAX -> "int taken = v > value[l] | v != v | best[l] < 0; value[l] = taken ? v : value[l]; "
          + "best[l] = taken ? (float)tap : best[l];";
      case PICK -> "value[l] = best[l] == (float)tap ? v : value[l];";
      case SUM -> "value[l] += v;";
      case MAX_GRADIENT -> "value[l] = t[t_from + l] == (float)tap ? value[l] + v : value[l];";
      case SUM_GRADIENT -> "value[l] += v / " + CType.fromBits(type, "divisor") + ";";
    };
  }

  /** The first of an item's elements, as number i, and how many it takes. */
  private String place() {
    if (full) return "idx i = (idx)number * " + lanes + ";";
    return ("idx across = inner / %1$d + (inner %% %1$d != 0); idx line = (idx)(number / across); "
        + "idx first = (idx)(number - (i64)line * across) * %1$d; idx i = line * inner + first; "
        + "int filled = (int)(inner - first < %1$d ? inner - first : %1$d);").formatted(lanes);
  }
}
