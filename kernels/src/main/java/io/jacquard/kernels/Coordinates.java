package io.jacquard.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * The splitting of a running number into coordinates of several dimensions. Each dimension but the first has parameters:
 * its size, and in kernels with 32-bit positions a multiplier and a shift by which to divide (see {@link Divisor}).
 *
 * @param name the start of all names: dimensions {@code k} have coordinates {@code k0, k1} and sizes {@code k1_size}
 * @param wide whether positions have 64 bits
 */
record Coordinates(String name, int rank, boolean wide) {
  /** Parameters of the kernel, the outermost dimension's first. */
  String parameters() {
    var text = new StringBuilder();
    for (int d = 1; d < rank; d++) {
      text.append(", idx ").append(name).append(d).append("_size");
      if (!wide)
        text.append(", int ").append(name).append(d).append("_mul, int ").append(name).append(d)
            .append("_shift");
    }
    return text.toString();
  }

  List<String> names() {
    var names = new ArrayList<String>();
    for (int d = 0; d < rank; d++) names.add(name + d);
    return names;
  }

  /** Statements that declare the coordinates of number {@code of}. */
  String declare(String of) {
    if (rank == 0) return "";
    if (rank == 1) return "idx " + name + "0 = " + of + ";";
    var text = new StringBuilder("idx " + name + "0 = " + of + ";");
    for (int d = rank - 1; d > 0; d--) {
      var c = name + d;
      var quotient = wide ? name + "0 / " + c + "_size"
          : "divide_int(" + name + "0, " + c + "_mul, " + c + "_shift)";
      text.append(" idx ").append(c).append("_q = ").append(quotient).append("; idx ").append(c).append(" = ")
          .append(name).append("0 - ").append(c).append("_q * ").append(c).append("_size; ").append(name)
          .append("0 = ").append(c).append("_q;");
    }
    return text.toString();
  }
}
