package io.jacquard.data;

import io.jacquard.JacquardException;
import io.jacquard.expr.Philox;
import io.jacquard.tensor.Generator;
import java.util.Arrays;

/** Draws numbers with replacement, each with a chance in proportion to its weight. */
final class Chances {
  private static final double UNIT = 0x1p-53;

  /** The sum of the weights up to and with each number. */
  private final double[] sums;

  Chances(double[] weights) {
    sums = new double[weights.length];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0 && weights[i] < Double.POSITIVE_INFINITY)) {
        throw new JacquardException(
            "DataLoader: weight " + i + " is " + weights[i] + ", expected a finite number, 0 or more.");
      }
      sums[i] = sum += weights[i];
    }
    if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
      throw new JacquardException(
          "DataLoader: the weights add up to " + sum + ", expected a finite sum above 0.");
    }
  }

  /** One draw of the current generator; 53 random bits a number. */
  int[] draw(int count) {
    var generator = Generator.current();
    long draw = generator.nextDraw();
    var numbers = new int[count];
    for (int i = 0; i < count; i++) {
      long high = Philox.bits(generator.seed(), draw, 2L * i) & 0xffffffffL;
      long low = Philox.bits(generator.seed(), draw, 2L * i + 1) & 0xffffffffL;
      numbers[i] = at((high << 21 | low >>> 11) * UNIT);
    }
    return numbers;
  }

  /** The first number whose sum exceeds a share of the total; numbers of weight 0 are never it. */
  int at(double share) {
    double wanted = share * sums[sums.length - 1];
    int found = Arrays.binarySearch(sums, wanted);
    int place = found < 0 ? -found - 1 : found + 1;
    // Several equal sums: the search may have hit any of them; weights of 0 add nothing.
    while (place < sums.length - 1 && sums[place] <= wanted) place++;
    while (place > 0 && sums[place] == sums[place - 1]) place--; // rounding put it at the end
    return place;
  }
}
