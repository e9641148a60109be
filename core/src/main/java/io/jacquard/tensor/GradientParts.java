package io.jacquard.tensor;

import io.jacquard.Shape;
import io.jacquard.ops.Slice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gradients of slices of one tensor, until all have arrived. */
final class GradientParts {
  private record Part(Slice slice, Tensor gradient) {}

  private final List<Part> parts = new ArrayList<>();

  void add(Slice slice, Tensor gradient) {
    parts.add(new Part(slice, gradient.alias().unowned()));
  }

  /** The gradient of the tensor, of this shape: joined if the slices make it up, else added up among zeros. */
  Tensor whole(Shape shape) {
    if (areAll(shape))
      return Tensor.concat(parts.getFirst().slice.dim(),
          parts.stream().map(Part::gradient).toArray(Tensor[]::new));
    return parts.stream().map(part -> Tensor.apply(part.slice.spread(shape), part.gradient)[0])
        .reduce(Tensor::add).orElseThrow();
  }

  /** Whether the slices, which are sorted on the way, follow one another along a dimension from its begin to its end. */
  private boolean areAll(Shape shape) {
    int dim = parts.getFirst().slice.dim();
    if (parts.stream().anyMatch(part -> part.slice.dim() != dim || part.slice.step() != 1)) return false;
    parts.sort(Comparator.comparingLong(part -> part.slice.start()));
    long end = 0;
    for (var part : parts) {
      if (part.slice.start() != end) return false;
      end += part.slice.count();
    }
    return end == shape.size(dim);
  }

  void close() {
    for (var part : parts) part.gradient.close();
  }
}
