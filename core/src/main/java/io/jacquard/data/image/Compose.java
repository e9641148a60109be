package io.jacquard.data.image;

import java.util.ArrayList;
import java.util.List;

/** Transforms one after another. In a data set each of them has random numbers of its own. */
record Compose(List<Transform> transforms) implements Transform {
  @Override
  public boolean isRandom() {
    return transforms.stream().anyMatch(Transform::isRandom);
  }

  @Override
  public Image apply(Image image, Draws draws) {
    for (var transform : transforms) image = transform.apply(image, draws);
    return image;
  }

  /** The transforms, and those inside of compositions in their place. */
  static List<Transform> flat(List<Transform> transforms) {
    var flat = new ArrayList<Transform>();
    for (var transform : transforms) {
      if (transform instanceof Compose(var inner))
        flat.addAll(flat(inner));
      else
        flat.add(transform);
    }
    return flat;
  }
}
