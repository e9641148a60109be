package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.spi.Reduction.Fold;

/**
 * Writes what a fold does with one output of a program: its state ({@code a0}, and for an argmin or argmax also {@code
 * a0_where}, -1 before the first element), the next element, another state.
 */
record FoldWriter(Fold fold, DType type, int output) {
  /** The type of the state's value. */
  DType stateType() {
    boolean widens = (fold == Fold.SUM || fold == Fold.PRODUCT) && !type.isFloating();
    return widens ? DType.INT64 : type;
  }

  DType resultType() {
    return fold.isArg() ? DType.INT64 : stateType();
  }

  private String state() {
    return "a" + output;
  }

  String declare() {
    var text = CType.value(stateType()) + " " + state() + " = " + start() + ";";
    return fold.isArg() ? text + " i64 " + state() + "_where = -1;" : text;
  }

  private String start() {
    return switch (fold) {
      case SUM, ARGMIN, ARGMAX -> "0";
      case PRODUCT -> "1";
      case MIN -> CType.constant(type, largest(type));
      case MAX -> CType.constant(type, smallest(type));
    };
  }

  private static long largest(DType type) {
    return type.isFloating() || type == DType.BOOL ? type.bits(Double.POSITIVE_INFINITY)
        : type.bits(Double.MAX_VALUE); // integers saturate
  }

  private static long smallest(DType type) {
    return type.bits(type == DType.BOOL ? 0 : Double.NEGATIVE_INFINITY);
  }

  /** Folds {@code value}, element number {@code place}, into the state; elements come in ascending order. */
  String add(String value, String place) {
    return add("", value, place);
  }

  /** @param mine what the names of the state end with */
  private String add(String mine, String value, String place) {
    var a = state() + mine;
    if (!fold.isArg()) return a + " = " + fold(a, value) + ";";
    var where = state() + "_where" + mine;
    // Choices rather than a branch, so that a loop over lanes becomes vectors.
    return "{ int taken = " + where + " < 0 | " + beats(value, a) + "; " + a + " = taken ? " + value + " : "
        + a + "; "
        + where + " = taken ? " + place + " : " + where + "; }";
  }

  // a state for each lane of a vector

  private static final String LANE = "_l[l]";

  /** @param each the loop over lanes that sets them */
  String declareLanes(int lanes, String each) {
    var a = state();
    var text = CType.value(stateType()) + " " + a + "_l[" + lanes + "]; ";
    // Places are as wide as positions, which are vectors then.
    if (fold.isArg()) text += "idx " + a + "_where_l[" + lanes + "]; ";
    text += each + " { " + a + LANE + " = " + start() + "; ";
    return text + (fold.isArg() ? a + "_where" + LANE + " = -1; }" : "}");
  }

  String addToLane(String value, String place) {
    return add(LANE, value, place);
  }

  String combineLanes() {
    return combine(LANE, "_l[l + width]");
  }

  /** Declares the state as that of lane l. */
  String declareAsLane() {
    var a = state();
    var text = CType.value(stateType()) + " " + a + " = " + a + LANE + ";";
    return fold.isArg() ? text + " i64 " + a + "_where = " + a + "_where" + LANE + ";" : text;
  }

  /** Folds another state into this one, both given by what their names end with. */
  String combine(String mine, String other) {
    var a = state() + mine;
    var b = state() + other;
    if (!fold.isArg()) return a + " = " + fold(a, b) + ";";
    var aw = state() + "_where" + mine;
    var bw = state() + "_where" + other;
    return "if (" + bw + " >= 0 && (" + aw + " < 0 || " + beats(b, a) + " || (!" + beats(a, b) + " && " + bw
        + " < " + aw
        + "))) { " + a + " = " + b + "; " + aw + " = " + bw + "; }";
  }

  private String fold(String a, String value) {
    var t = CType.prefix(stateType() == DType.BOOL ? DType.INT32 : stateType());
    return switch (fold) {
      case SUM -> stateType().isFloating() ? a + " + " + value : "i64_add(" + a + ", " + value + ")";
      case PRODUCT -> stateType().isFloating() ? a + " * " + value : "i64_mul(" + a + ", " + value + ")";
      case MIN -> t + "_min(" + a + ", " + value + ")";
      case MAX -> t + "_max(" + a + ", " + value + ")";
      case ARGMIN, ARGMAX -> throw new IllegalStateException();
    };
  }

  /** Whether one value is a better extreme than another; the first NaN beats all. */
  private String beats(String value, String other) {
    var better = fold == Fold.ARGMIN ? value + " < " + other : value + " > " + other;
    return type.isFloating()
        ? "(((" + value + " != " + value + ") & (" + other + " == " + other + ")) | (" + better + "))"
        : "(" + better + ")";
  }

  /** Writes the result; {@code element} is where to, of type {@code to}. */
  String store(String element, DType to, boolean accumulate) {
    var result = fold.isArg() ? state() + "_where" : state();
    if (accumulate) {
      var present = to.isHalf() ? CType.cast(to, DType.FLOAT32, element) : element;
      result = stateType().isFloating() ? present + " + " + result
          : "i64_add(" + present + ", " + result + ")";
    }
    return element + " = " + (to.isHalf() ? CType.cast(DType.FLOAT32, to, result) : result) + ";";
  }

  // partial results in device memory

  String partialParameters(boolean written) {
    var constness = written ? "" : "const ";
    var text = ", GLOBAL " + constness + CType.memory(stateType()) + "* part" + output + ", i64 part" + output
        + "_at";
    return fold.isArg()
        ? text + ", GLOBAL " + constness + "i64* where" + output + ", i64 where" + output + "_at"
        : text;
  }

  String storePartial(String place) {
    var text = "part" + output + "[part" + output + "_at + " + place + "] = " + state() + ";";
    return fold.isArg()
        ? text + " where" + output + "[where" + output + "_at + " + place + "] = " + state() + "_where;"
        : text;
  }

  /** Folds a partial result into the state of lane l. */
  String addPartial(String place) {
    var a = state();
    var text = "{ " + CType.value(stateType()) + " " + a + "_b = part" + output + "[part" + output + "_at + "
        + place
        + "]; ";
    if (fold.isArg())
      text += "i64 " + a + "_where_b = where" + output + "[where" + output + "_at + " + place + "]; ";
    return text + combine(LANE, "_b") + " }";
  }

  // states shared by a work-group

  String declareShared(int group) {
    var text = "LOCAL " + CType.value(stateType()) + " " + state() + "_s[" + group + "];";
    return fold.isArg() ? text + " LOCAL i64 " + state() + "_where_s[" + group + "];" : text;
  }

  String share() {
    var text = state() + "_s[LID] = " + state() + ";";
    return fold.isArg() ? text + " " + state() + "_where_s[LID] = " + state() + "_where;" : text;
  }

  String combineShared() {
    return combine("_s[LID]", "_s[LID + width]");
  }

  String unshare() {
    var text = state() + " = " + state() + "_s[0];";
    return fold.isArg() ? text + " " + state() + "_where = " + state() + "_where_s[0];" : text;
  }
}
