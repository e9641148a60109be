package io.jacquard.contract;

import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * An operation that moves the elements of one tensor, or drops them for zeros: compared in every type and layout, with its
 * gradients.
 *
 * @param op the row of the table of operations
 * @param with what tells its cases apart
 */
record Moved(String op, String with, Shape from, UnaryOperator<Tensor> function,
    UnaryOperator<Plain> reference) {
  /** @param turn so that types and layouts meet in turns */
  void cases(OpCases cases, int turn) {
    for (var lay : Given.ALL) {
      for (int k = 0; k < 2; k++) {
        var type = Cases.pick(Cases.ALL, turn + lay.ordinal() + 3 * k);
        cases.add(op, with + " of " + from + " " + type + " " + lay, type, random -> {
          var x = OpCases.numbers(type, from, -9, 9, random);
          OpCases.check(type, reference.apply(x), function.apply(lay.tensor(type, x)));
        });
      }
      cases.gradients(op, with + " of " + from + " " + lay, in -> function.apply(in[0].square()),
          random -> new Tensor[]{lay.random(from, -1, 1, random)});
    }
  }

  /** The reference of an operation that reads each element of its result from one place of its input. */
  static Plain read(Plain x, Shape to, UnaryOperator<long[]> from) {
    return Plain.fill(to, index -> x.at(from.apply(index)));
  }

}
