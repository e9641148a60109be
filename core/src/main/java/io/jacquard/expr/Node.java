package io.jacquard.expr;

import io.jacquard.DType;

/**
 * One value of a {@link Program}. Arguments are the numbers of earlier nodes. Only inputs and casts are of a half type
 * (bfloat16, float16).
 *
 * <pre>{@code
 * for (var node : program.nodes()) {
 *   if (node instanceof Node.Apply apply) System.out.println(apply.op());
 * }
 * }</pre>
 */
public sealed interface Node {
  DType type();

  /** The element of input {@code index}. */
  record Input(int index, DType type) implements Node {}

  /** Parameter {@code index}, one value for all elements, given as raw bits of {@code type}. */
  record Param(int index, DType type) implements Node {}

  /** A constant, as raw bits of {@code type}. */
  record Const(DType type, long bits) implements Node {}

  /** The row-major position of the element in the shape over which the program runs, from 0; int64. */
  record Index() implements Node {
    @Override
    public DType type() {
      return DType.INT64;
    }
  }

  /**
   * A uniform float32 from [0, 1) that depends only on a seed, a draw number and the element's index: see
   * {@link Philox}.
   *
   * @param seed the int64 parameter that holds the seed
   * @param draw the int64 input that holds the draw base, the same for all elements
   * @param offset the int64 parameter that is added to the draw base
   */
  record Uniform(int seed, int draw, int offset) implements Node {
    @Override
    public DType type() {
      return DType.FLOAT32;
    }
  }

  /**
   * A conversion: float to integer truncates and saturates (NaN gives 0), integers wrap, to bool means != 0. Halves are
   * converted from and to float32 only: to nearest, ties to even, beyond the largest to infinity; NaN stays NaN.
   */
  record Cast(DType type, int of) implements Node {}

  /** An operation; {@code b} and {@code c} are -1 where {@code op} takes fewer arguments. */
  record Apply(ScalarOp op, DType type, int a, int b, int c) implements Node {
    /** The node number of argument {@code i}. */
    public int arg(int i) {
      return i == 0 ? a : i == 1 ? b : c;
    }
  }
}
