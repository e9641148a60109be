package io.jacquard.tensor;

import io.jacquard.DType;
import java.util.Locale;

/** Prints a tensor so that a person can read it: aligned columns, long dimensions abridged to three at each end. */
final class TensorText {
  private static final int EDGE = 3;
  private static final int ABRIDGE_ABOVE = 1000;

  private final Tensor tensor;
  private final double[] values;
  private final boolean abridged;
  private final String format;
  private final int width;
  private final StringBuilder text = new StringBuilder("tensor(");

  private TensorText(Tensor tensor) {
    this.tensor = tensor;
    values = tensor.toDoubles();
    abridged = values.length > ABRIDGE_ABOVE;
    format = format();
    int widest = 0;
    for (double value : values) widest = Math.max(widest, one(value).length());
    width = widest;
  }

  static String of(Tensor tensor) {
    var printer = new TensorText(tensor);
    printer.dimension(0, 0);
    return printer.ending();
  }

  private String format() {
    double largest = 0;
    double smallest = Double.MAX_VALUE;
    boolean whole = true;
    for (double value : values) {
      if (!Double.isFinite(value) || value == 0) continue;
      largest = Math.max(largest, Math.abs(value));
      smallest = Math.min(smallest, Math.abs(value));
      whole &= value == Math.rint(value);
    }
    if (!tensor.dtype().isFloating()) return "%.0f";
    if (largest >= 1e8 || largest > 0 && (smallest < 1e-4 || largest / smallest > 1e3 && largest > 1e4))
      return "%.4e";
    return whole ? "%.0f." : "%.4f";
  }

  private String one(double value) {
    if (tensor.dtype() == DType.BOOL) return value != 0 ? "true" : "false";
    if (Double.isNaN(value)) return "nan";
    if (Double.isInfinite(value)) return value > 0 ? "inf" : "-inf";
    return String.format(Locale.ROOT, format, value);
  }

  private void dimension(int dim, int at) {
    if (dim == tensor.rank()) {
      text.append(" ".repeat(tensor.rank() == 0 ? 0 : width - one(values[at]).length()))
          .append(one(values[at]));
      return;
    }
    int size = (int) tensor.size(dim);
    int step = 1;
    for (int d = dim + 1; d < tensor.rank(); d++) step *= (int) tensor.size(d);
    boolean last = dim == tensor.rank() - 1;
    text.append('[');
    for (int i = 0; i < size; i++) {
      if (i > 0)
        text.append(last ? ", " : ",\n" + (tensor.rank() - dim > 2 ? "\n" : "") + " ".repeat(8 + dim));
      if (abridged && size > 2 * EDGE && i == EDGE) {
        text.append("...");
        i = size - EDGE - 1;
      } else {
        dimension(dim + 1, at + i * step);
      }
    }
    text.append(']');
  }

  private String ending() {
    if (tensor.numel() == 0) text.append(", shape=").append(tensor.shape());
    if (tensor.dtype() != DType.FLOAT32 && tensor.dtype() != DType.INT64 && tensor.dtype() != DType.BOOL) {
      text.append(", dtype=").append(tensor.dtype());
    }
    if (!tensor.device().info().backend().equals("cpu")) text.append(", device=").append(tensor.device());
    return text.append(')').toString();
  }
}
