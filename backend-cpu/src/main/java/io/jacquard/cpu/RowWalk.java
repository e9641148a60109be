package io.jacquard.cpu;

import java.util.Arrays;

/**
 * Goes through the rows of a nest one after another and knows where each operand's row begins. Only the start divides;
 * after that it counts, as an odometer does. A thread has one, {@link Scratch#walk}, for drivers that do not call one
 * another.
 */
final class RowWalk {
  private Nest nest = new Nest(new long[0], new long[0][]);
  private int loops;
  private long[] index = new long[8];
  private long[] at = new long[16];

  /**
   * Goes to a row.
   *
   * @param loops the number of outer loops, which count the rows
   */
  void start(Nest nest, int loops, long row) {
    this.nest = nest;
    this.loops = loops;
    int operands = nest.strides().length;
    if (index.length < loops) index = new long[loops];
    if (at.length < operands) at = new long[operands];
    Arrays.fill(at, 0, operands, 0);
    for (int d = loops - 1; d >= 0; d--) {
      index[d] = row % nest.sizes()[d];
      row /= nest.sizes()[d];
      for (int p = 0; p < operands; p++) at[p] += index[d] * nest.strides()[p][d];
    }
  }

  /** Where an operand's row begins, in bytes from its first element. */
  long at(int operand) {
    return at[operand];
  }

  /** How many rows follow at equal steps, this one counted: to the end of the innermost of the loops. */
  long left() {
    return loops == 0 ? 1 : nest.sizes()[loops - 1] - index[loops - 1];
  }

  /** How far an operand's rows lie apart in the innermost of the loops, in bytes. */
  long step(int operand) {
    return loops == 0 ? 0 : nest.strides()[operand][loops - 1];
  }

  /** Goes on by so many rows, at most {@link #left}. */
  void advance(long rows) {
    if (loops == 0) return;
    move(loops - 1, rows);
    for (int d = loops - 1; d > 0 && index[d] == nest.sizes()[d]; d--) {
      move(d, -index[d]);
      move(d - 1, 1);
    }
  }

  private void move(int loop, long by) {
    index[loop] += by;
    for (int p = 0; p < nest.strides().length; p++) at[p] += by * nest.strides()[p][loop];
  }
}
