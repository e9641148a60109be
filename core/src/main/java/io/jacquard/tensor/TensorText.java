package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Prints a tensor as PyTorch does (its {@code torch/_tensor_str.py}), so that a person can read it: columns of one width,
 * four digits, powers of ten where sizes differ by more than a thousand, long dimensions abridged to three at each end.
 * Bools print as Java's do.
 */
final class TensorText {
  private static final String BEGIN = "tensor(";
  private static final int EDGE = 3;
  private static final int ABRIDGE_ABOVE = 1000;
  private static final int LINE = 80;

  private final Shape whole;
  /** The shape of what is printed: long dimensions are cut to their two ends. */
  private final Shape shape;
  private final String[] texts;
  private final int width;

  private TensorText(Tensor tensor) {
    whole = tensor.shape();
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var printed = tensor.numel() > ABRIDGE_ABOVE ? ends(tensor) : tensor;
      shape = printed.shape();
      if (printed.dtype().isFloating()) {
        var values = printed.toDoubles();
        texts = floats(values);
        width = width(values, texts);
      } else {
        texts = integers(printed);
        width = widest(texts);
      }
    }
  }

  static String of(Tensor tensor) {
    var text = new StringBuilder(BEGIN);
    if (tensor.numel() == 0) {
      text.append("[]");
    } else {
      var printer = new TensorText(tensor);
      text.append(tensor.rank() == 0 ? printer.texts[0] : printer.dimension(0, 0));
    }
    return text.append(ending(tensor)).toString();
  }

  private static Tensor ends(Tensor tensor) {
    var cut = tensor;
    for (int d = 0; d < tensor.rank(); d++) {
      long size = tensor.size(d);
      if (size > 2 * EDGE) cut = Tensor.concat(d, cut.slice(d, 0, EDGE), cut.slice(d, size - EDGE, size));
    }
    return cut;
  }

  private static String[] integers(Tensor tensor) {
    boolean bool = tensor.dtype() == DType.BOOL;
    return Arrays.stream(tensor.toLongs()).mapToObj(v -> bool ? String.valueOf(v != 0) : String.valueOf(v))
        .toArray(String[]::new);
  }

  private static String[] floats(double[] values) {
    var format = format(values);
    return Arrays.stream(values).mapToObj(v -> text(format, v)).toArray(String[]::new);
  }

  private static String text(String format, double value) {
    if (Double.isNaN(value)) return "nan";
    if (Double.isInfinite(value)) return value > 0 ? "inf" : "-inf";
    return String.format(Locale.ROOT, format, value);
  }

  private static String format(double[] values) {
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    boolean integral = true;
    for (double value : values) {
      if (!counts(value)) continue;
      largest = Math.max(largest, Math.abs(value));
      smallest = Math.min(smallest, Math.abs(value));
      integral &= value == Math.rint(value);
    }
    boolean powers = largest / smallest > 1000 || largest > 1e8 || !integral && smallest < 1e-4;
    return powers ? "%.4e" : integral ? "%.0f." : "%.4f";
  }

  /** Zeros and what is not finite have no say in how the others are printed. */
  private static boolean counts(double value) {
    return value != 0 && Double.isFinite(value);
  }

  private static int width(double[] values, String[] texts) {
    return widest(IntStream.range(0, values.length).filter(i -> counts(values[i])).mapToObj(i -> texts[i])
        .toArray(String[]::new));
  }

  private static int widest(String[] texts) {
    return Arrays.stream(texts).mapToInt(String::length).max().orElse(1);
  }

  /** The part of the text that begins at dimension {@code dim} and element {@code at} of what is printed. */
  private String dimension(int dim, int at) {
    int indent = BEGIN.length() + dim;
    boolean last = dim == shape.rank() - 1;
    int size = (int) shape.size(dim);
    int step = 1;
    for (int d = dim + 1; d < shape.rank(); d++) step *= (int) shape.size(d);
    var parts = new String[size + (isCut(dim) ? 1 : 0)];
    for (int i = 0, next = 0; i < parts.length; i++) {
      if (isCut(dim) && i == EDGE) {
        parts[i] = last ? " ..." : "...";
      } else {
        parts[i] = last ? padded(texts[at + next]) : dimension(dim + 1, at + next * step);
        next++;
      }
    }
    if (last) return "[" + lines(parts, indent) + "]";
    return "[" + String.join("," + "\n".repeat(shape.rank() - 1 - dim) + " ".repeat(indent + 1), parts) + "]";
  }

  private boolean isCut(int dim) {
    return shape.size(dim) < whole.size(dim);
  }

  private String padded(String text) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private String lines(String[] parts, int indent) {
    int each = Math.max(1, (LINE - indent) / (width + 2));
    return IntStream.iterate(0, i -> i < parts.length, i -> i + each)
        .mapToObj(i -> String.join(", ", Arrays.copyOfRange(parts, i, Math.min(parts.length, i + each))))
        .collect(Collectors.joining(",\n" + " ".repeat(indent + 1)));
  }

  private static String ending(Tensor tensor) {
    var type = tensor.dtype();
    var text = new StringBuilder();
    boolean empty = tensor.numel() == 0;
    if (empty && tensor.rank() != 1) text.append(", size=").append(tensor.shape());
    boolean usual = type == DType.FLOAT32 || !empty && (type == DType.INT64 || type == DType.BOOL);
    if (!usual) text.append(", dtype=").append(type);
    if (!tensor.device().info().backend().equals("cpu")) text.append(", device=").append(tensor.device());
    return text.append(')').toString();
  }
}
