package io.jacquard.data.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Decoded pictures in the host's memory, a byte a value.
 *
 * <pre>{@code
 * var pictures = ImageFolder.open(folder).inMemory();      // decoded once, not once an epoch
 * pictures.skipped().forEach(System.out::println);
 * }</pre>
 */
public final class ImageMemory implements ImageSource {
  /** A file after decoding. */
  sealed interface Decoded {}

  record Unreadable(String problem) implements Decoded {}

  record Kept(int channels, int height, int width, byte[] values, int label, String name) implements Decoded {
    /** Values are multiples of 1/255 as they are read; those of deeper pictures are rounded to that. */
    static Kept of(Image image, int label, String name) {
      var bytes = new byte[image.values().length];
      for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) Math.round(255 * image.values()[i]);
      return new Kept(image.channels(), image.height(), image.width(), bytes, label, name);
    }

    Image image() {
      var floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) floats[i] = (values[i] & 0xff) / 255f;
      return new Image(channels, height, width, floats);
    }
  }

  private final List<Kept> pictures;
  private final int[] labels;
  private final List<String> classes;
  private final List<String> skipped;

  private ImageMemory(List<Kept> pictures, List<String> classes, List<String> skipped) {
    this.pictures = List.copyOf(pictures);
    this.labels = pictures.stream().mapToInt(Kept::label).toArray();
    this.classes = List.copyOf(classes);
    this.skipped = List.copyOf(skipped);
  }

  static ImageMemory of(List<? extends Decoded> all, List<String> classes, List<String> skippedBefore) {
    var pictures = new ArrayList<Kept>();
    var skipped = new ArrayList<>(skippedBefore);
    for (var one : all) {
      switch (one) {
        case Kept kept -> pictures.add(kept);
        case Unreadable(var problem) -> skipped.add(problem);
      }
    }
    return new ImageMemory(pictures, classes, skipped);
  }

  /** The files that were left out, each with the reason. */
  public List<String> skipped() {
    return skipped;
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public Image image(int number) {
    return pictures.get(number).image();
  }

  @Override
  public int[] labels() {
    return labels;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public String name(int number) {
    return pictures.get(number).name();
  }
}
