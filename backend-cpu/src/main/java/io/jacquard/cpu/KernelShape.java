package io.jacquard.cpu;

import io.jacquard.DType;
import io.jacquard.expr.Node;
import io.jacquard.expr.ScalarOp;

/** What kind of loop a program becomes, for given broadcast inputs. */
final class KernelShape {
  private KernelShape() {}

  /** For each node, whether its value differs from element to element. */
  static boolean[] varies(Code code, boolean[] broadcast) {
    var varies = new boolean[code.nodes.size()];
    for (int i = 0; i < varies.length; i++) {
      varies[i] = switch (code.nodes.get(i)) {
        case Node.Input(int input, _) -> !broadcast[input];
        case Node.Index _,Node.Uniform _ -> true;
        case Node.Param _,Node.Const _ -> false;
        case Node.Cast(_, int of) -> varies[of];
        case Node.Apply apply -> any(apply, varies);
      };
    }
    return varies;
  }

  /** For each node that does not vary, whether its value comes from an input, and may differ from row to row. */
  static boolean[] perRow(Code code, boolean[] varies) {
    var perRow = new boolean[varies.length];
    for (int i = 0; i < perRow.length; i++) {
      perRow[i] = !varies[i] && switch (code.nodes.get(i)) {
        case Node.Input _ -> true;
        case Node.Cast(_, int of) -> perRow[of];
        case Node.Apply apply -> any(apply, perRow);
        default -> false;
      };
    }
    return perRow;
  }

  private static boolean any(Node.Apply apply, boolean[] nodes) {
    for (int k = 0; k < apply.op().arity(); k++) {
      if (nodes[apply.arg(k)]) return true;
    }
    return false;
  }

  /** A type that has vectors: of floats, of masks, of ints that hold the bits of halves. */
  static boolean isVectorType(DType type) {
    return type == DType.FLOAT32 || type == DType.BOOL || type.isHalf();
  }

  /**
   * True if all that varies is float32, a half or bool, except for uint8 inputs that are converted at once. Then the loop runs
   * on vectors.
   */
  static boolean isVector(Code code, boolean[] broadcast) {
    var varies = varies(code, broadcast);
    for (int i = 0; i < varies.length; i++) {
      var node = code.nodes.get(i);
      if (varies[i] && !isVectorType(node.type()) && !isByteInput(node)) return false;
      if (varies[i] && node instanceof Node.Apply apply) {
        if (apply.op() == ScalarOp.POW) // goes through float64
          return false;
        for (int k = 0; k < apply.op().arity(); k++) {
          if (!isVectorType(code.nodes.get(apply.arg(k)).type())) return false;
        }
      }
    }
    for (var type : code.outputs) {
      if (!isVectorType(type)) return false;
    }
    return true;
  }

  private static boolean isByteInput(Node node) {
    return node instanceof Node.Input(_, var type) && type == DType.UINT8;
  }
}
