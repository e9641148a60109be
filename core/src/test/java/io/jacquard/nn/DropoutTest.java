package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final int COUNT = 4000;

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 0.5, 0.9})
  void theShareOfZerosIsPAndTheOthersAreScaled(double p) {
    OnReference.run(() -> {
      var y = new Dropout(p).call(Tensor.ones(COUNT)).toFloats();
      int zeros = 0;
      for (float v : y) {
        if (v == 0)
          zeros++;
        else
          assertEquals(1 / (1 - p), v, 1e-6);
      }
      // Five standard deviations of the binomial distribution.
      assertEquals(p, (double) zeros / COUNT, 5 * Math.sqrt(p * (1 - p) / COUNT));
    });
  }

  @Test
  void inEvaluationItIsTheIdentityAndTakesNoDraw() {
    OnReference.run(() -> {
      var x = Tensor.ones(10);
      long draw = Generator.current().nextDraw();
      assertSame(x, new Dropout(0.5).eval().call(x));
      assertSame(x, new Dropout(0).call(x));
      assertEquals(draw + 1, Generator.current().nextDraw());
    });
  }

  @Test
  void withPOfOneNothingIsLeft() {
    OnReference.run(() -> {
      var x = Tensor.of(1f, Float.NaN, 3f).requiresGrad();
      var y = new Dropout(1).call(x);
      assertArrayEquals(new float[3], y.toFloats());
      y.sum().backward();
      assertArrayEquals(new float[3], x.grad().toFloats());
    });
  }

  @Test
  void theGradientPassesWhereTheValueDid() {
    OnReference.run(() -> {
      var x = Tensor.ones(200).requiresGrad();
      var y = new Dropout(0.3).call(x);
      y.mul(3).sum().backward();
      var expected = y.mul(3).toFloats();
      assertArrayEquals(expected, x.grad().toFloats(), 1e-5f);
    });
  }

  @Test
  void theMaskFollowsFromSeedAndDrawAlone() {
    OnReference.run(() -> {
      var flat = mask(7, 0, Shape.of(24));
      assertArrayEquals(flat, mask(7, 0, Shape.of(2, 3, 4)));
      assertArrayEquals(flat, mask(7, 0, Shape.of(24)));
      assertFalse(Arrays.equals(flat, mask(7, 1, Shape.of(24))), "another draw");
      assertFalse(Arrays.equals(flat, mask(8, 0, Shape.of(24))), "another seed");
    });
  }

  @Test
  void theMaskFollowsTheLogicalOrderNotTheMemorys() {
    OnReference.run(() -> {
      var rows = new float[1][];
      Generator.with(new Generator(7),
          () -> rows[0] = new Dropout(0.5).call(Tensor.ones(6, 4).mT()).toFloats());
      assertArrayEquals(mask(7, 0, Shape.of(4, 6)), rows[0]);
    });
  }

  @Test
  void aStepThatBeginsAnewGoesOnCounting() {
    OnReference.run(() -> {
      var masks = new float[2][];
      Generator.with(new Generator(7), () -> {
        var dropout = new Dropout(0.5);
        dropout.call(Tensor.ones(24));
        Generator.current().beginStep();
        masks[0] = dropout.call(Tensor.ones(24)).toFloats();
      });
      assertArrayEquals(mask(7, 1, Shape.of(24)), masks[0]);
    });
  }

  /** The result of dropout on ones, after some other draws. */
  private static float[] mask(long seed, int drawsBefore, Shape shape) {
    var result = new float[1][];
    Generator.with(new Generator(seed), () -> {
      for (int i = 0; i < drawsBefore; i++) Generator.current().nextOffset();
      result[0] = new Dropout(0.5).call(Tensor.ones(shape.sizes())).toFloats();
    });
    return result[0];
  }

  @Test
  void aProbabilityIsFromZeroToOne() {
    for (double p : new double[]{-0.1, 1.5, Double.NaN}) {
      var error = assertThrows(JacquardException.class, () -> new Dropout(p));
      assertEquals("Dropout: p is " + p + ", expected a probability from 0 to 1.", error.getMessage());
    }
    assertEquals("Dropout(0.2)", new Dropout(0.2).toString());
    assertEquals("Dropout(0.5)", new Dropout().toString());
  }
}
