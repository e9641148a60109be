package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.data.HostDataset;
import io.jacquard.data.MnistFiles;
import io.jacquard.data.Split;
import io.jacquard.data.image.Image;
import io.jacquard.data.image.ImageFolder;
import io.jacquard.data.image.ImageSource;
import io.jacquard.data.image.Transform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of a run, decoded in memory.
 *
 * @param train the pictures to train with
 * @param apart the pictures to test with
 * @param tested which of the latter; null for all
 * @param source where they came from, for people
 * @param skipped files that are no pictures
 */
record ImagePictures(ImageSource train, ImageSource apart, int @Nullable [] tested, String source,
    List<String> skipped) {
  private static final double TEST = 0.15;

  /** A folder {@code train} with a folder a class, and the same in {@code test}. */
  static ImagePictures cifar10(@Nullable Path given) {
    var root = given != null ? given : fromVariable();
    if (Files.isDirectory(root.resolve(ImageTask.CIFAR10)) && !Files.isDirectory(root.resolve("train")))
      root = root.resolve(ImageTask.CIFAR10);
    if (!Files.isDirectory(root.resolve("train")) || !Files.isDirectory(root.resolve("test"))) {
      throw new JacquardException(
          "The folder " + root + " holds no folders 'train' and 'test' with CIFAR-10's"
              + " pictures, a folder a class. Unpack them there, or name another folder with --data.");
    }
    return halves(root, "CIFAR-10 from " + root);
  }

  private static Path fromVariable() {
    var variable = System.getenv(MnistFiles.VARIABLE);
    if (variable != null && !variable.isEmpty()) return Path.of(variable);
    throw new JacquardException(
        "No folder with CIFAR-10's pictures is named. Name it with --data, or its parent"
            + " with " + MnistFiles.VARIABLE
            + ": with folders 'train' and 'test', and in each a folder a class.");
  }

  /** Either as CIFAR-10's, or a folder a class, of which a part is kept for the test. */
  static ImagePictures in(Path folder, long seed) {
    if (Files.isDirectory(folder.resolve("train")) && Files.isDirectory(folder.resolve("test")))
      return halves(folder, folder.toString());
    var all = ImageFolder.open(folder).inMemory();
    var parts = Split.stratified(all.labels(), seed, 1 - TEST, TEST);
    return new ImagePictures(new Part(all, parts.getFirst()), all, parts.get(1), folder.toString(),
        all.skipped());
  }

  private static ImagePictures halves(Path root, String source) {
    var train = ImageFolder.open(root.resolve("train")).inMemory();
    var test = ImageFolder.open(root.resolve("test")).inMemory();
    if (!train.classes().equals(test.classes())) {
      throw new JacquardException("The classes in " + root.resolve("train") + " and in "
          + root.resolve("test") + " differ: " + train.classes().size() + " and " + test.classes().size()
          + ". Give both the same folders.");
    }
    var skipped = new ArrayList<>(train.skipped());
    skipped.addAll(test.skipped());
    return new ImagePictures(train, test, null, source, skipped);
  }

  int testSize() {
    return tested == null ? apart.size() : tested.length;
  }

  HostDataset test(Transform prepare) {
    var all = apart.dataset(prepare);
    return tested == null ? all : all.subset(tested);
  }

  /** Some of the pictures of another source. */
  private record Part(ImageSource whole, int[] numbers) implements ImageSource {
    @Override
    public int size() {
      return numbers.length;
    }

    @Override
    public Image image(int number) {
      return whole.image(numbers[number]);
    }

    @Override
    public int[] labels() {
      var labels = whole.labels();
      return Arrays.stream(numbers).map(i -> labels[i]).toArray();
    }

    @Override
    public List<String> classes() {
      return whole.classes();
    }

    @Override
    public String name(int number) {
      return whole.name(numbers[number]);
    }
  }
}
