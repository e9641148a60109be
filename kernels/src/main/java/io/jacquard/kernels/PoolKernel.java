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
 * @param vectors whether an item of a CPU takes elements that follow one another along the last coordinate, which is no axis then, and of
 *        which there are {@link #LEAST} or more; only of float32
 */
public record PoolKernel(Kind kind, DType type, int rank, List<Integer> spatial, boolean vectors,
    boolean wide,
    int group) {
  /** Elements that an item takes on CPUs; the last takes what is left, up to twice as many. */
  public static final int RUN = 64;
  /** A vector. */
  public static final int LEAST = 16;

  /** How many items share a run of so many elements. */
  public static long items(long run) {
    return Math.max(1, run / RUN);
  }

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

  /** Of a gradient, which windows may see an element: along axis a from {@code first<a>} to {@code last<a>}. */
  private String ranges() {
    var text = new StringBuilder();
    for (int a = 0; kind.backward && a < spatial.size(); a++) {
      text.append(("idx from%1$d = c%2$d + before%1$d, low%1$d = from%1$d - (kernel%1$d - 1) * dilation%1$d; "
          + "idx last%1$d = %3$s, first%1$d = low%1$d <= 0 ? 0 : %4$s; "
          + "last%1$d = last%1$d < size%1$d ? last%1$d : size%1$d - 1; ").formatted(a, spatial.get(a),
              divided("from" + a, a), divided("(low" + a + " + stride" + a + " - 1)", a)));
    }
    return text.toString();
  }

  private String divided(String number, int axis) {
    return (wide ? "%1$s / stride%2$d" : "divide_int(%1$s, stride%2$d_mul, stride%2$d_shift)")
        .formatted(number, axis);
  }

  /** Loops over the taps whose element, or window, exists, in ascending order: its position along axis a is {@code p<a>}. */
  private String windows() {
    var text = new StringBuilder();
    for (int a = 0; a < spatial.size(); a++) {
      text.append((kind.backward
          ? "for (idx p%1$d = last%1$d; p%1$d >= first%1$d; p%1$d--) { idx s%1$d = from%1$d - p%1$d * stride%1$d; "
              + "idx k%1$d = dilation%1$d == 1 ? s%1$d : s%1$d / dilation%1$d; "
              + "if (k%1$d * dilation%1$d != s%1$d) continue; "
          : "for (idx k%1$d = 0; k%1$d < kernel%1$d; k%1$d++) { "
              + "idx p%1$d = c%2$d * stride%1$d - before%1$d + k%1$d * dilation%1$d; "
              + "if (p%1$d < 0) continue; if (p%1$d >= size%1$d) break; ")
          .formatted(a, spatial.get(a)));
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
    var words = new HashMap<>(Map.of("group", Integer.toString(group), "parameters", parameters(), "place",
        place(), "coordinates", coordinates().declare("i"), "y_place",
        place("y", coordinates().names()) + " " + ranges(), "windows", windows(), "tap", tap(), "x_place",
        place("x", names("p")),
        "end", "}".repeat(spatial.size() + 1)));
    words.put("each", vectors
        ? "for (int done = 0; done < filled; done += LANES) { int l = filled - done < LANES ? filled - LANES : done;"
        : "{");
    words.put("number", vectors ? "vec" : "REAL");
    words.put("x", element("x"));
    words.put("take", take());
    for (var word : List.of("t_place", "tap_place", "tap_state")) words.put(word, "");
    words.put("start", constant("0"));
    var divided = " / " + constant(CType.fromBits(type, "divisor"));
    words.put("store", store("y", kind == Kind.SUM ? "value" + divided : "value"));
    switch (kind) {
      case MAX -> {
        words.put("does",
            "The largest element, the first of equals, a NaN before all; and the number of its tap.");
        words.put("start", constant(CType.constant(type, type.bits(Double.NEGATIVE_INFINITY))));
        words.put("t_place", place("t", coordinates().names()));
        words.put("tap_state", (vectors ? "vec" : "float") + " best = " + constant("-1") + ";");
        words.put("store", store("y", "value") + " " + store("t", "best"));
      }
      case PICK -> {
        words.put("does", "The element at the tap of the given number.");
        words.put("t_place", place("t", coordinates().names()));
        words.put("tap_state", (vectors ? "vec" : "float") + " best = " + element("t") + ";");
      }
      case SUM -> words.put("does", "The sum of all elements, divided.");
      case MAX_GRADIENT -> {
        words.put("does", "What arrives for a window goes to the tap whose number is given.");
        words.put("tap_place", place("t", names("p")));
      }
      case SUM_GRADIENT -> words.put("does", "Each element gets the same share of what arrives.");
    }
    return Sources.of(name, type == DType.FLOAT64, false, wide,
        (vectors ? Vectors.text(type) : "") + Dialect.fill(name + ".c", words));
  }

  private String constant(String value) {
    return vectors ? "vec_of(" + value + ")" : value;
  }

  private String element(String name) {
    return vectors ? "vec_load(" + name + ", " + name + "_from + l)" : name + "[" + name + "_from]";
  }

  private String store(String name, String value) {
    return vectors ? "vec_store(" + value + ", " + name + ", " + name + "_from + l);"
        : name + "[" + name + "_from] = " + value + ";";
  }

  private String take() {
    return switch (kind) {
      case MAX -> vectors ? "vec_number_max(&value, &best, v, (float)tap);"
          : "int taken = v > value | v != v | best < 0; value = taken ? v : value; "
              + "best = taken ? (float)tap : best;";
      case PICK -> whereTap("best", "v", "value");
      case SUM -> "value = value + v;";
      case MAX_GRADIENT -> whereTap(element("t"), "value + v", "value");
      case SUM_GRADIENT -> "value = value + v / " + constant(CType.fromBits(type, "divisor")) + ";";
    };
  }

  private String whereTap(String number, String yes, String no) {
    return vectors ? "value = vec_equal(" + number + ", (float)tap, " + yes + ", " + no + ");"
        : "value = " + number + " == (float)tap ? " + yes + " : " + no + ";";
  }

  /** The first of an item's elements, as number i, and how many it takes. */
  private String place() {
    if (!vectors) return "idx i = (idx)number;";
    return ("idx across = inner < %1$d ? 1 : inner / %1$d; idx line = (idx)(number / across); "
        + "idx first = (idx)(number - (i64)line * across) * %1$d; idx i = line * inner + first; "
        + "int filled = (int)(inner - first < 2 * %1$d ? inner - first : %1$d);").formatted(RUN);
  }
}
