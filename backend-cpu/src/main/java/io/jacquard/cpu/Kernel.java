package io.jacquard.cpu;

/**
 * A program made ready for one access class: it runs over elements that lie one after another.
 *
 * <p>Operands are numbered as {@link Code} has them: inputs, then uniforms, then outputs. Each is contiguous, except
 * that a broadcast input is one element. An output may be the very memory of a contiguous input of the same type.
 */
abstract class Kernel {
  /**
   * @param at the address of the first element of each operand
   * @param params the program's parameters, raw bits
   * @param index the position of the first element in the logical shape
   * @param n how many elements
   */
  abstract void run(long[] at, long[] params, long index, int n);
}
