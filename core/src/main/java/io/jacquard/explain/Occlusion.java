package io.jacquard.explain;

import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * By how much the score falls when a part of a picture is covered (Zeiler, Fergus: Visualizing and Understanding
 * Convolutional Networks, ECCV 2014, section 4.2): for each pixel the mean over the squares that cover it.
 *
 * <pre>{@code
 * var map = Occlusion.of(5, 2).of(model, images);       // [N, 1, H, W]; squares of 5 pixels, every 2 pixels
 * }</pre>
 *
 * <p>It needs no gradient, and one run of the model for each place of the square.
 *
 * @param size of the square that covers, in pixels
 * @param stride how far the square moves from place to place
 * @param value what it is filled with; 0 unless said otherwise
 */
public record Occlusion(int size, int stride, double value) implements Attribution {
  /** Squares that go through the model at a time. */
  private static final int BATCH = 64;

  public Occlusion {
    if (size < 1 || stride < 1 || stride > size) {
      throw new JacquardException("Occlusion: squares of " + size + " every " + stride
          + " pixels, expected sizes of 1 or more and no pixel between two squares.");
    }
  }

  public static Occlusion of(int size, int stride) {
    return new Occlusion(size, stride, 0);
  }

  @Override
  public Tensor of(Module model, Tensor x, int... classes) {
    return Question.ask(model, x, classes, question -> {
      question.requirePictures("Occlusion");
      var parts = new Tensor[question.count()];
      for (int i = 0; i < parts.length; i++) parts[i] = falls(question.sample(i));
      return Tensor.concat(0, parts);
    });
  }

  private Tensor falls(Question question) {
    int height = Math.toIntExact(question.x.size(2));
    int width = Math.toIntExact(question.x.size(3));
    var tops = places(height);
    var lefts = places(width);
    double whole = question.values(question.x)[0];
    var sums = new float[height * width];
    var counts = new int[sums.length];
    int all = tops.length * lefts.length;
    for (int from = 0; from < all; from += BATCH) {
      int count = Math.min(BATCH, all - from);
      var masks = new float[count * sums.length];
      for (int k = 0; k < count; k++) {
        int at = k * sums.length;
        each(tops[(from + k) / lefts.length], lefts[(from + k) % lefts.length], height, width,
            pixel -> masks[at + pixel] = 1);
      }
      double[] scores;
      try (var _ = Scope.open()) {
        var covered = Tensor.of(masks, Shape.of(count, 1, height, width));
        scores = question.values(Tensor.where(covered.gt(0), value, question.x));
      }
      for (int k = 0; k < count; k++) {
        float fall = (float) (whole - scores[k]);
        each(tops[(from + k) / lefts.length], lefts[(from + k) % lefts.length], height, width, pixel -> {
          sums[pixel] += fall;
          counts[pixel]++;
        });
      }
    }
    for (int i = 0; i < sums.length; i++) sums[i] /= counts[i];
    return Tensor.of(sums, Shape.of(1, 1, height, width));
  }

  /** Where squares begin, the last one at the border. */
  private int[] places(int length) {
    int last = Math.max(0, length - size);
    return IntStream.concat(IntStream.iterate(0, at -> at < last, at -> at + stride), IntStream.of(last))
        .toArray();
  }

  private void each(int top, int left, int height, int width, IntConsumer pixel) {
    for (int y = top; y < Math.min(height, top + size); y++) {
      for (int x = left; x < Math.min(width, left + size); x++) pixel.accept(y * width + x);
    }
  }
}
