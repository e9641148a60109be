package io.jacquard.cpu;

/**
 * A program made ready for one access class: it runs over rows of elements that lie one after another.
 *
 * <p>Operands are numbered as {@link Code} has them: inputs, then uniforms, then outputs. In a row each is contiguous, except
 * that a broadcast input is one element. From row to row each moves by a step of its own, so that many short rows cost
 * hardly more than a long one. An output may be the very memory of a contiguous input of the same type.
 */
abstract class Kernel {
  /**
   * @param at the address of the first element of each operand; after those of all operands, for each the bytes from a row
   *        to the next. The array stays as it is.
   * @param params the program's parameters, raw bits
   * @param index the position of the first element in the logical shape; the next row's is {@code n} more
   * @param n how many elements a row has
   * @param rows how many rows; 0 for a call that does nothing and is only counted, see {@link UntilCompiled}
   */
  abstract void run(long[] at, long[] params, long index, int n, int rows);
}
