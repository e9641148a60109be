package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.spi.Reduction.Fold;

/**
 * Writes what a fold does with one output of a program over vectors ({@code vectors.h}): its states {@code a0_l[l]}, and of an argmin or
 * argmax also where they were met. An argmin is the argmax of the numbers with the other sign.
 */
record VectorFold(Fold fold, DType type, int output) {
  static boolean has(Fold fold, DType type, boolean wide) {
    return switch (fold) {
      case SUM, MIN, MAX -> true;
      case ARGMIN, ARGMAX -> type == DType.FLOAT32 && !wide; // places as wide as the numbers
      case PRODUCT -> false;
    };
  }

  private String state() {
    return "a" + output + "_l[l]";
  }

  private String where() {
    return "a" + output + "_where_l[l]";
  }

  private static String next(String state) {
    return state.replace("[l]", "[l + width]");
  }

  private double start() {
    return switch (fold) {
      case SUM -> 0;
      case MIN -> Double.POSITIVE_INFINITY;
      default -> Double.NEGATIVE_INFINITY;
    };
  }

  /** So many vectors of states; {@code first} is the number of the first element. */
  String declare(int vectors, String first) {
    var text = "vec a" + output + "_l[" + vectors + "]; ";
    if (fold.isArg()) text += "where_vec a" + output + "_where_l[" + vectors + "]; ";
    text += "UNROLL for (int l = 0; l < " + vectors + "; l++) { " + state() + " = vec_of("
        + CType.constant(type, type.bits(start())) + ");";
    // A lane that meets nothing larger than its start has met its first element.
    if (fold.isArg()) text += " " + where() + " = where_from(" + first + ");";
    return text + " }";
  }

  private String folded(String a, String b) {
    return switch (fold) {
      case SUM -> a + " + " + b;
      case MIN -> "vec_min(" + a + ", " + b + ")";
      default -> "vec_max(" + a + ", " + b + ")";
    };
  }

  /** Folds vector {@code o0}, whose first element has number {@code place}, into state l. */
  String add(String place) {
    var value = "o" + output;
    if (!fold.isArg()) return state() + " = " + folded(state(), value) + ";";
    var signed = fold == Fold.ARGMIN ? value + " * vec_of(-1)" : value;
    return "vec_argmax(&" + state() + ", &" + where() + ", " + signed + ", " + place + ");";
  }

  /** The same with states that are lanes of an array, from l on. */
  String addToLanes() {
    var lanes = "a" + output + "_l + l";
    return "vec_spread(" + folded("vec_join(" + lanes + ")", "o" + output) + ", " + lanes + ");";
  }

  /** Folds state l + width into state l. */
  String combine() {
    if (!fold.isArg()) return state() + " = " + folded(state(), next(state())) + ";";
    return "vec_argmax_join(&" + state() + ", &" + where() + ", " + next(state()) + ", " + next(where())
        + ");";
  }

  /** Declares the state of all lanes of state l, as {@link FoldWriter} calls it; {@code any} says whether there were elements. */
  String lanes(String any) {
    var a = CType.value(type) + " a" + output + " = ";
    return switch (fold) {
      case SUM -> a + "vec_sum(" + state() + ");";
      case MIN -> a + "vec_lowest(" + state() + ");";
      case MAX -> a + "vec_highest(" + state() + ");";
      default -> "i64 a" + output + "_where = vec_argmax_lane(&" + state() + ", " + where() + "); " + a
          + (fold == Fold.ARGMIN ? "-" : "") + "vec_first(" + state() + "); if (!(" + any + ")) a" + output
          + "_where = -1;";
    };
  }
}
