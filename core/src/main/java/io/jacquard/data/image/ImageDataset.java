package io.jacquard.data.image;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.data.HostDataset;
import io.jacquard.spi.Spec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Pictures and their classes as samples: float32 [channels, height, width], and an int64 class number.
 *
 * <pre>{@code
 * var pictures = ImageFolder.open(folder).dataset(Transform.resize(64, 64), Transform.randomHorizontalFlip(0.5));
 * trainer.fit(pictures, Fit.epochs(10));
 * }</pre>
 */
public final class ImageDataset implements HostDataset {
  private final ImageSource source;
  private final List<Transform> transforms;
  private final long seed;
  private final Spec input;

  /** All pictures must have the same size after the transforms; the first one tells which. */
  ImageDataset(ImageSource source, List<Transform> transforms, long seed) {
    this.source = source;
    this.transforms = Compose.flat(transforms);
    this.seed = seed;
    if (source.size() == 0) throw new JacquardException("There are no pictures, expected at least one.");
    input = new Spec(DType.FLOAT32, image(0, 0).shape());
  }

  @Override
  public long size() {
    return source.size();
  }

  @Override
  public Spec input() {
    return input;
  }

  @Override
  public Spec target() {
    return new Spec(DType.INT64, Shape.SCALAR);
  }

  /** Unless a transform is random. */
  @Override
  public boolean isSteady() {
    return transforms.stream().noneMatch(Transform::isRandom);
  }

  /** A picture as it is trained on in an epoch, which counts from 0. */
  public Image image(long sample, long epoch) {
    int number = Math.toIntExact(sample);
    var image = source.image(number);
    try {
      for (int place = 0; place < transforms.size(); place++)
        image = transforms.get(place).apply(image, new Draws(seed, epoch, sample, place));
      return image;
    } catch (JacquardException e) {
      throw new JacquardException(source.name(number) + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void read(long sample, long epoch, MemorySegment x, MemorySegment y) {
    var image = image(sample, epoch);
    if (!image.shape().equals(input.shape())) {
      throw new JacquardException(source.name((int) sample) + " is " + image.shape() + ", but "
          + source.name(0) + " is " + input.shape()
          + ". Give all pictures one size, with Transform.resize(height, width).");
    }
    MemorySegment.copy(image.values(), 0, x, ValueLayout.JAVA_FLOAT, 0, image.values().length);
    y.set(ValueLayout.JAVA_LONG, 0, source.labels()[(int) sample]);
  }
}
