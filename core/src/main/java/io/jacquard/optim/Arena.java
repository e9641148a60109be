package io.jacquard.optim;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Parameter;
import io.jacquard.ops.Fill;
import io.jacquard.spi.Device;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * One contiguous buffer for the values of many parameters, and one of the same layout for their gradients. A step over
 * all of them is then one pass. Gaps, which align parameters to 64 bytes, hold zeros and stay zero.
 *
 * <p>Parameters keep the order of their dimensions in memory: a weight that lies transposed still does afterwards.
 */
final class Arena {
  private static final int ALIGN_BYTES = 64;

  /** Where a parameter lies: {@code length} elements from {@code start} on, its gap behind it included. */
  record Slot(Parameter parameter, long start, long length) {}

  private final List<Slot> slots = new ArrayList<>();
  private final Map<Parameter, Slot> slotOf = new IdentityHashMap<>();
  private final Tensor values;
  private final Tensor gradients;

  /** Parameters of one device and type in as few lists as the device's largest allocation lets be arenas, in their order. */
  static List<List<Parameter>> split(List<Parameter> parameters) {
    long largest = parameters.getFirst().device().info().largestAllocation();
    var type = parameters.getFirst().dtype();
    // What rules remember of halves is float32.
    int bytes = Math.max(type.bytes(), DType.FLOAT32.bytes());
    var lists = new ArrayList<List<Parameter>>();
    long total = 0;
    for (var parameter : parameters) {
      long length = length(parameter, type);
      if (lists.isEmpty() || total + length > largest / bytes) {
        lists.add(new ArrayList<>());
        total = 0;
      }
      lists.getLast().add(parameter);
      total += length;
    }
    return lists;
  }

  /** How many elements a parameter takes, with the gap behind it. */
  private static long length(Parameter parameter, DType type) {
    long align = ALIGN_BYTES / type.bytes();
    return (parameter.numel() + align - 1) / align * align;
  }

  /** Moves parameters of one device and type, which nothing has laid out before, into a new arena. */
  Arena(List<Parameter> parameters) {
    var device = parameters.getFirst().device();
    var type = parameters.getFirst().dtype();
    long at = 0;
    for (var parameter : parameters) {
      long length = length(parameter, type);
      var slot = new Slot(parameter, at, length);
      slots.add(slot);
      slotOf.put(parameter, slot);
      at += length;
    }
    values = zeros(device, type, at);
    gradients = zeros(device, type, at);
    for (var slot : slots) {
      var parameter = slot.parameter;
      var layout = dense(parameter.value().view().layout(), slot.start);
      parameter.moveInto(this, values.block(), new View(values.view().buffer(), type, layout));
      parameter.leaf().placeAt(device, gradients.block(), new View(gradients.view().buffer(), type, layout));
    }
  }

  /** Memory of this arena's layout, filled with a value. */
  Tensor filled(DType type, double value) {
    var memory = zeros(values.device(), type, values.numel());
    if (value != 0) Fill.run(values.device().backend(), type.bits(value), memory.view());
    return memory;
  }

  private static Tensor zeros(Device device, DType type, long length) {
    try (var _ = Scope.open()) {
      return Tensor.zeros(device, type, Shape.of(length)).hold();
    }
  }

  /** Strides without gaps that keep the order of the dimensions in memory. */
  private static Layout dense(Layout layout, long start) {
    int rank = layout.shape().rank();
    int[] innermostFirst = IntStream.range(0, rank).boxed()
        .sorted(Comparator.comparingLong((Integer d) -> layout.stride(d))
            .thenComparing(Comparator.reverseOrder()))
        .mapToInt(Integer::intValue).toArray();
    var strides = new long[rank];
    long step = 1;
    for (int d : innermostFirst) {
      strides[d] = step;
      step *= layout.shape().size(d);
    }
    return new Layout(layout.shape(), strides, start);
  }

  Slot slot(Parameter parameter) {
    return Objects.requireNonNull(slotOf.get(parameter), "laid out here");
  }

  /** Slots of an arena as lists of neighbours, in the order of their places. */
  static List<List<Slot>> runs(List<Slot> slots) {
    var ordered = slots.stream().distinct().sorted(Comparator.comparingLong(Slot::start)).toList();
    var runs = new ArrayList<List<Slot>>();
    int from = 0;
    for (int to = 1; to <= ordered.size(); to++) {
      var last = ordered.get(to - 1);
      if (to < ordered.size() && ordered.get(to).start() == last.start() + last.length()) continue;
      runs.add(ordered.subList(from, to));
      from = to;
    }
    return runs;
  }

  List<Slot> slots() {
    return slots;
  }

  Tensor values() {
    return values;
  }

  Tensor gradients() {
    return gradients;
  }
}
