package io.jacquard.data;

/**
 * Pictures of handwritten digits, and which digit each shows.
 *
 * <pre>{@code
 * var digits = new Digits(new byte[Digits.PIXELS], new byte[] {1});   // one blank picture, said to show a 1
 * }</pre>
 *
 * @param images 28x28 bytes a picture, row by row from the top left; 0 is paper, 255 is ink
 * @param labels 0 to 9, one a picture
 */
public record Digits(byte[] images, byte[] labels) {
  /** The width and the height of a picture. */
  public static final int SIDE = 28;
  public static final int PIXELS = SIDE * SIDE;
  public static final int CLASSES = 10;

  public Digits {
    if (images.length != (long) PIXELS * labels.length)
      throw new IllegalArgumentException(images.length + " bytes of images for " + labels.length + " labels");
  }

  /** The number of pictures. */
  public int count() {
    return labels.length;
  }

  /** The labels as numbers. */
  long[] classes() {
    var classes = new long[labels.length];
    for (int i = 0; i < labels.length; i++) classes[i] = labels[i];
    return classes;
  }

  /**
   * Digits to learn from and others to be tested with.
   *
   * @param source where they come from, in words for a person
   * @param generated true if no person wrote them; whoever prints results must say so
   */
  public record Sets(Digits train, Digits test, String source, boolean generated) {}
}
