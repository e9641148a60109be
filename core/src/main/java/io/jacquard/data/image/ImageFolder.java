package io.jacquard.data.image;

import io.jacquard.JacquardException;
import io.jacquard.io.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Pictures in a folder that has a sub-folder for each class, as torchvision's ImageFolder: classes are numbered in the
 * order of their names, pictures come class by class in the order of their paths.
 *
 * <pre>{@code
 * var train = ImageFolder.open(Path.of("cifar10/train"));
 * train.skipped().forEach(System.out::println);           // files that are no pictures
 * trainer.fit(train.dataset(Transform.randomCrop(32, 4)), Fit.epochs(10));
 * }</pre>
 *
 * <p>Files named {@code .png}, {@code .jpg}, {@code .jpeg}, {@code .bmp} and {@code .gif} are taken, at any depth. Opening
 * looks at the beginning of each; one that cannot be a picture is left out and listed. A file whose end is damaged is
 * found when it is decoded: {@link #inMemory} leaves it out too, a training stops and names it.
 */
public final class ImageFolder implements ImageSource {
  private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");

  private final List<String> classes;
  private final List<Path> files;
  private final int[] labels;
  private final List<String> skipped;
  private final boolean grey;
  private final boolean strict;

  private ImageFolder(List<String> classes, List<Path> files, int[] labels, List<String> skipped,
      boolean grey,
      boolean strict) {
    this.classes = List.copyOf(classes);
    this.files = List.copyOf(files);
    this.labels = labels;
    this.skipped = List.copyOf(skipped);
    this.grey = grey;
    this.strict = strict;
  }

  /**
   * Lists a folder's pictures, leaving out files that are none.
   *
   * @throws JacquardException if there is no such folder, no sub-folder in it, or a class without pictures
   */
  public static ImageFolder open(Path root) {
    return open(root, false);
  }

  /** As {@link #open(Path)}, but a file that is no picture is an error. */
  public static ImageFolder openStrict(Path root) {
    return open(root, true);
  }

  private static ImageFolder open(Path root, boolean strict) {
    if (!Files.isDirectory(root)) {
      throw new JacquardException("The folder of pictures " + root
          + (Files.exists(root) ? " is a file." : " does not exist.")
          + " Name a folder with a sub-folder a class.");
    }
    var classes = classes(root);
    var files = new ArrayList<Path>();
    var numbers = new ArrayList<Integer>();
    var skipped = new ArrayList<String>();
    for (int c = 0; c < classes.size(); c++) {
      var folder = root.resolve(classes.get(c));
      var found = pictures(folder);
      var problems = check(found);
      int before = files.size();
      for (int i = 0; i < found.size(); i++) {
        if (problems.get(i).isEmpty()) {
          files.add(found.get(i));
          numbers.add(c);
        } else {
          var problem = problems.get(i).get();
          if (strict) throw new JacquardException(problem);
          skipped.add(problem);
        }
      }
      if (files.size() == before) {
        throw new JacquardException("The folder " + folder + " holds no picture"
            + (found.isEmpty() ? "" : " that can be read; the first problem: " + skipped.getLast())
            + (found.isEmpty() ? " (png, jpg, jpeg, bmp or gif). Put some there or remove it." : ""));
      }
    }
    return new ImageFolder(classes, files, numbers.stream().mapToInt(Integer::intValue).toArray(), skipped,
        false, strict);
  }

  private static List<String> classes(Path root) {
    try (var entries = Files.list(root)) {
      var classes = entries.filter(Files::isDirectory).map(folder -> folder.getFileName().toString())
          .filter(name -> !name.startsWith(".")).sorted().toList();
      if (classes.isEmpty()) {
        throw new JacquardException(
            "The folder " + root + " has no sub-folders, expected one for each class with its pictures.");
      }
      return classes;
    } catch (IOException e) {
      throw FileProblem.of(root, "cannot be listed", e);
    }
  }

  private static List<Path> pictures(Path folder) {
    try (var entries = Files.walk(folder)) {
      return entries.filter(ImageFolder::isNamedAsPicture).filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw FileProblem.of(folder, "cannot be listed", e);
    }
  }

  private static boolean isNamedAsPicture(Path file) {
    var name = file.getFileName().toString();
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /** What is wrong with each file, if anything. */
  private static List<Optional<String>> check(List<Path> files) {
    return files.parallelStream().map(file -> {
      try {
        ImageFile.check(file);
        return Optional.<String>empty();
      } catch (JacquardException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }).toList();
  }

  /** The same pictures with one channel instead of three. */
  public ImageFolder grey() {
    return new ImageFolder(classes, files, labels, skipped, true, strict);
  }

  /** The files that were left out, each with the reason. */
  public List<String> skipped() {
    return skipped;
  }

  /** All pictures decoded, kept in memory with a byte a value; those that cannot be decoded are left out, or refused. */
  public ImageMemory inMemory() {
    var decoded = IntStream.range(0, size()).parallel().mapToObj(i -> {
      try {
        return ImageMemory.Kept.of(image(i), labels[i], name(i));
      } catch (JacquardException e) {
        if (strict) throw e;
        return new ImageMemory.Unreadable(String.valueOf(e.getMessage()));
      }
    }).toList();
    return ImageMemory.of(decoded, classes, skipped);
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Image image(int number) {
    return ImageFile.read(files.get(number), grey);
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
    return files.get(number).toString();
  }
}
