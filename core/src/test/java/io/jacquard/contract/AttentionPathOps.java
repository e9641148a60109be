package io.jacquard.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention as the backend runs it, against its decomposition on the same backend: results, gradients, dropped weights. */
final class AttentionPathOps {
  private AttentionPathOps() {}

  /**
   * @param heads how many matrices
   * @param mask the mask's type; null for none
   */
  private record Size(long heads, long queries, long keys, long width, long values, boolean causal,
      @Nullable DType mask, double dropout) {}

  private static final List<Size> SIZES = List.of(new Size(1, 1, 1, 1, 1, false, null, 0),
      new Size(2, 64, 64, 32, 32, true, null, 0), new Size(9, 65, 65, 8, 8, true, null, 0),
      new Size(1, 130, 300, 16, 24, false, null, 0), new Size(2, 300, 130, 5, 3, true, null, 0),
      new Size(1, 1, 200, 64, 64, false, null, 0), new Size(3, 70, 129, 16, 16, false, DType.BOOL, 0),
      new Size(2, 150, 150, 12, 12, true, DType.BOOL, 0),
      new Size(3, 70, 129, 16, 16, false, DType.FLOAT32, 0),
      new Size(8, 33, 140, 7, 9, false, null, 0.3), new Size(2, 130, 140, 16, 16, true, DType.BOOL, 0.1));

  static void cases(OpCases cases) {
    for (int i = 0; i < SIZES.size(); i++) compare(cases, SIZES.get(i), Given.ALL.get(i % 3));
  }

  private static void compare(OpCases cases, Size s, Given lay) {
    cases.add("scaled_dot_product_attention", s + " " + lay + " as decomposed", random -> {
      var inputs = List.of(Plain.random(Shape.of(s.heads, s.queries, s.width), -2, 2, random),
          Plain.random(Shape.of(s.heads, s.keys, s.width), -2, 2, random),
          Plain.random(Shape.of(s.heads, s.keys, s.values), -2, 2, random),
          Plain.random(Shape.of(s.queries, s.keys), -1, 1, random)
              .map(x -> s.mask == DType.BOOL ? x > -0.5 ? 1 : 0 : x));
      var own = results(cases.device(), s, lay, inputs);
      var decomposed = results(new Device(new TakenOverOps.Decomposing(cases.device().backend())), s, lay,
          inputs);
      for (int i = 0; i < own.size(); i++) check(decomposed.get(i), own.get(i));
    });
  }

  private static void check(double[] expected, double[] actual) {
    double scale = Arrays.stream(expected).map(Math::abs).reduce(1, Math::max);
    for (int i = 0; i < expected.length; i++)
      assertEquals(expected[i], actual[i], 3e-6 * scale, "element " + i);
  }

  /** The result, and the gradients of a weighted sum of it. Random numbers are the same draw each time. */
  private static List<double[]> results(Device device, Size s, Given lay, List<Plain> inputs) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        var in = new ArrayList<Tensor>();
        for (var x : inputs.subList(0, 3)) in.add(lay.tensor(DType.FLOAT32, x).requiresGrad());
        var leaves = List.copyOf(in);
        if (s.mask != null) in.add(lay.tensor(s.mask, inputs.get(3)).expand(s.heads, s.queries, s.keys));
        if (s.dropout > 0) in.add(Generator.current().base(device));
        var op = new ScaledDotProductAttention(0.3, s.causal, s.mask != null, s.dropout, 5, 3);
        var y = Tensor.apply(op, in.toArray(Tensor[]::new))[0];
        var all = new ArrayList<double[]>();
        all.add(y.toDoubles());
        var ramp = Tensor.arange(y.numel()).to(DType.FLOAT32).sin().reshape(y.shape());
        for (var gradient : Gradients.of(y.mul(ramp).sum(), leaves)) all.add(gradient.toDoubles());
        return all;
      }
    });
  }
}
