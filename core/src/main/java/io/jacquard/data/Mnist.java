package io.jacquard.data;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Handwritten digits on the current device: images [N, 1, 28, 28] as float32 from 0 to 1, labels [N] as int64.
 *
 * <pre>{@code
 * var mnist = Mnist.load();
 * System.out.println(mnist.source());        // says so if the digits are generated
 * trainer.fit(mnist.train(), Fit.epochs(5));
 * }</pre>
 *
 * @param source where they came from, for people
 * @param generated whether the digits are drawn by the program because no files were found
 */
public record Mnist(Dataset train, Dataset test, String source, boolean generated) {
  /** With which seed the built-in digits are drawn, whatever the training's seed. */
  public static final long GENERATED_SEED = 1;

  private static final ScalarFunction TO_UNIT = ScalarFunction.of("pixels",
      in -> in[0].to(DType.FLOAT32).div(255));

  /** From the folder that JACQUARD_DATA names or the user's cache folder, otherwise the built-in generated digits. */
  public static Mnist load() {
    return load(null);
  }

  /**
   * From {@code folder} if it is given, otherwise as {@link #load()}.
   *
   * @throws io.jacquard.JacquardException if the folder lacks a file, or a file is damaged
   */
  public static Mnist load(@Nullable Path folder) {
    return onDevice(sets(folder));
  }

  /**
   * Begins to read, on a thread of its own, while the caller opens a device, say. What this gives then waits for the end, and
   * is as from {@link #load(Path)}.
   */
  public static Supplier<Mnist> reading(@Nullable Path folder) {
    var sets = CompletableFuture.supplyAsync(() -> sets(folder), Thread::startVirtualThread);
    return () -> {
      try {
        return onDevice(sets.join());
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException known) throw known;
        if (e.getCause() instanceof Error known) throw known;
        throw e;
      }
    };
  }

  private static Digits.Sets sets(@Nullable Path folder) {
    return MnistFiles.find(folder).orElseGet(() -> GeneratedDigits.sets(GENERATED_SEED));
  }

  private static Mnist onDevice(Digits.Sets sets) {
    return new Mnist(onDevice(sets.train()), onDevice(sets.test()), sets.source(), sets.generated());
  }

  private static Dataset onDevice(Digits digits) {
    try (var _ = Scope.open()) {
      int count = digits.count();
      var images = Tensor.of(digits.images(), Shape.of(count, 1, Digits.SIDE, Digits.SIDE));
      var labels = Tensor.of(digits.classes());
      return new TensorDataset(images, labels, x -> Tensor.apply(TO_UNIT.on(x.dtype()), x)[0]);
    }
  }
}
