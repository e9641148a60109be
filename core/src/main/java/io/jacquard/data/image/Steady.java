package io.jacquard.data.image;

/** A transform that does the same to a picture in every epoch. */
record Steady(Transform transform) implements Transform {
  @Override
  public Image apply(Image image, Draws draws) {
    return transform.apply(image, draws);
  }

  @Override
  public boolean isRandom() {
    return false;
  }
}
