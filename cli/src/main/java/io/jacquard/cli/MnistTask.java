package io.jacquard.cli;

import io.jacquard.Shape;
import io.jacquard.data.Digits;
import io.jacquard.data.Mnist;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What {@code jacquard train mnist} trains on: pictures of handwritten digits, in ten classes. */
final class MnistTask {
  static final String NAME = "mnist";
  static final List<String> CLASSES = IntStream.range(0, Digits.CLASSES).mapToObj(Integer::toString).toList();
  /** One picture, as the models take it. */
  static final Shape SAMPLE = Shape.of(1, 1, Digits.SIDE, Digits.SIDE);
  /** The part of the training set that is held back to watch the training with. */
  static final float VALIDATION_SPLIT = 0.1f;

  private MnistTask() {}

  static Mnist data(@Nullable Path folder) {
    return Mnist.load(folder);
  }

  /** Where the data came from. Digits that no person wrote are called what they are. */
  static String describe(Mnist data) {
    var counts = Format.count(data.train().size()) + " to train with, " + Format.count(data.test().size())
        + " to test with";
    return "Data: " + data.source() + " · " + counts + (data.generated()
        ? "\n      For real digits, name the folder of MNIST's four files: --data DIR, or JACQUARD_DATA."
        : "");
  }
}
