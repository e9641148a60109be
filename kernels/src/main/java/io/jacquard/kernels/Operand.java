package io.jacquard.kernels;

import io.jacquard.DType;
import java.util.List;

/**
 * A tensor that a kernel reads or writes, and how its elements are found: the kernel gets a buffer, the position of the
 * first element, and for {@link Access#STRIDED} a stride for each coordinate.
 *
 * @param name what it is called in the kernel: {@code in0}, {@code out1}
 */
record Operand(String name, DType type, Access access, boolean written) {
  /** How an element's position follows from the loop. */
  enum Access {
    /** The elements follow one another, in the loop's order. */
    CONTIGUOUS,
    /** There is one element for all. */
    SCALAR,
    /** By a stride for each coordinate. */
    STRIDED
  }

  /** Parameters of the kernel for this operand: buffer, position, strides of so many coordinates. */
  String parameters(int coordinates) {
    return ", GLOBAL " + (written ? "" : "const ") + CType.memory(type) + "* " + name + ", i64 " + name
        + "_at"
        + strides(name, access, coordinates);
  }

  static String strides(String name, Access access, int coordinates) {
    var text = new StringBuilder();
    for (int d = 0; access == Access.STRIDED && d < coordinates; d++)
      text.append(", idx ").append(name).append("_s").append(d);
    return text.toString();
  }

  /** The element, as an expression that may be read or assigned. */
  String element(String flat, List<String> coordinates) {
    return name + "[" + name + "_at + " + position(name, access, flat, coordinates) + "]";
  }

  static String position(String name, Access access, String flat, List<String> coordinates) {
    return switch (access) {
      case CONTIGUOUS -> flat;
      case SCALAR -> "0";
      case STRIDED -> sum(name, coordinates, 0);
    };
  }

  /** {@code c0 * in0_s0 + c1 * in0_s1 ...}, for the strides from number {@code first} on. */
  static String sum(String name, List<String> coordinates, int first) {
    if (coordinates.isEmpty()) return "0";
    var text = new StringBuilder();
    for (int d = 0; d < coordinates.size(); d++)
      text.append(d == 0 ? "" : " + ").append(coordinates.get(d)).append(" * ").append(name).append("_s")
          .append(first + d);
    return text.toString();
  }
}
