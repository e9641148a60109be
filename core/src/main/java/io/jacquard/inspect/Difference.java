package io.jacquard.inspect;

import io.jacquard.spi.Call;
import io.jacquard.spi.Spec;
import io.jacquard.tensor.Where.Spot;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A call whose results on two devices are further apart than they may be.
 *
 * <pre>{@code
 * sideBySide.first().ifPresent(difference -> System.out.println(difference.describe()));
 * }</pre>
 *
 * @param call its number in the step, from 1
 * @param name of the call, as in tables
 * @param spot the layer, the operation and the part of the step
 * @param inputs types and shapes
 * @param devices the one that is believed, and the other
 * @param output which of the call's outputs, from 0
 * @param spec its type and shape
 * @param element the first element that differs, in row-major order
 * @param count how many elements of this output differ
 */
public record Difference(int call, String name, Spot spot, List<Spec> inputs, List<String> devices,
    int output,
    Spec spec, int element, int count, double expected, double found, double allowed) {
  static Difference of(int number, Call call, Spot spot, List<String> devices, int output,
      Closeness.Result result,
      double[] expected, double[] found) {
    int i = result.first();
    return new Difference(number, call.name(), spot, Arrays.stream(call.inputs()).map(v -> v.spec()).toList(),
        devices, output, call.outputs()[output].spec(), i, result.count(), expected[i], found[i],
        result.allowed());
  }

  /** Its place: {@code [0, 3]}. */
  public String index() {
    var shape = spec.shape();
    var index = new long[shape.rank()];
    long rest = element;
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = rest % shape.size(d);
      rest /= shape.size(d);
    }
    return Arrays.toString(index);
  }

  /** Several lines for people. */
  public String describe() {
    var shapes = inputs.stream().map(Spec::toString).collect(Collectors.joining(", "));
    return String.format(Locale.ROOT, """
        Call %d, %s: %s
          inputs   %s
          output   %s%s; %,d of its %,d elements differ
          at %s  %s has %s, %s has %s
          apart by %.3g, where %.3g is allowed""", call, name, spot, shapes.isEmpty() ? "none" : shapes,
        spec, output == 0 ? "" : " (output " + output + ")", count, spec.shape().numel(), index(),
        devices.getFirst(), number(expected), devices.getLast(), number(found), Math.abs(expected - found),
        allowed);
  }

  private String number(double value) {
    return spec.dtype().isFloating() ? Double.toString(value) : Long.toString((long) value);
  }
}
