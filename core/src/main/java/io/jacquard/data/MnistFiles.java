package io.jacquard.data;

import static io.jacquard.data.Digits.CLASSES;
import static io.jacquard.data.Digits.SIDE;

import io.jacquard.JacquardException;
import io.jacquard.io.Download;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds and reads the four files of MNIST, or of a set that comes in the same form (Fashion-MNIST, KMNIST).
 *
 * <pre>{@code
 * Optional<Digits.Sets> found = MnistFiles.find(null);   // JACQUARD_DATA, or else the cache folder
 * Digits.Sets sets = MnistFiles.read(Path.of("data/mnist"));
 * }</pre>
 *
 * <p>Each file may be plain or compressed, and be named with a hyphen ({@code train-images-idx3-ubyte.gz}) or a dot
 * ({@code train-images.idx3-ubyte}).
 */
public final class MnistFiles {
  /** The environment variable that names a folder with data sets. */
  public static final String VARIABLE = "JACQUARD_DATA";

  /** Copies that anyone may fetch. */
  private static final List<URI> MIRRORS = List.of(
      URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
      URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"));

  private enum Part {
    TRAIN_IMAGES("train-images", 3, 9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
    TRAIN_LABELS("train-labels", 1, 28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    TEST_IMAGES("t10k-images", 3, 1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    TEST_LABELS("t10k-labels", 1, 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6");

    private final String stem;
    private final int rank;
    /** Of MNIST's own file, compressed. */
    private final long bytes;
    private final String sha256;

    Part(String stem, int rank, long bytes, String sha256) {
      this.stem = stem;
      this.rank = rank;
      this.bytes = bytes;
      this.sha256 = sha256;
    }

    Download download(List<URI> mirrors) {
      var name = fileName() + ".gz";
      return new Download(name, bytes, sha256, mirrors.stream().map(mirror -> mirror.resolve(name)).toList());
    }

    String fileName() {
      return stem + "-idx" + rank + "-ubyte";
    }

    /** The file in {@code folder}, a plain one before a compressed one. */
    Optional<Path> in(Path folder) {
      return Stream.of("", ".gz")
          .flatMap(end -> Stream.of("-", ".").map(dot -> stem + dot + "idx" + rank + "-ubyte" + end))
          .map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }
  }

  private MnistFiles() {}

  /**
   * Reads the files from where the user keeps them: the folder {@code asked} for, or else the one that {@code
   * JACQUARD_DATA} names, or else Jacquard's cache folder. The first two must hold the files, themselves or in a
   * sub-folder {@code mnist}; that the cache folder does not is no error, and gives nothing.
   *
   * @throws JacquardException saying which files are missing, or what is wrong with one
   */
  public static Optional<Digits.Sets> find(@Nullable Path asked) {
    return find(asked, System.getenv(), System.getProperty("os.name"), System.getProperty("user.home"));
  }

  static Optional<Digits.Sets> find(@Nullable Path asked, Map<String, String> environment, String os,
      String home) {
    if (asked != null) return Optional.of(read(asked));
    var named = environment.getOrDefault(VARIABLE, "");
    if (!named.isEmpty()) return Optional.of(readNamed(named));
    var cache = cacheFolder(environment, os, home);
    return missing(cache).size() == Part.values().length ? Optional.empty() : Optional.of(read(cache));
  }

  private static Digits.Sets readNamed(String folder) {
    try {
      return read(Path.of(folder));
    } catch (InvalidPathException | JacquardException e) {
      throw new JacquardException(
          "The environment variable " + VARIABLE + " is '" + folder + "': " + e.getMessage(), e);
    }
  }

  /**
   * MNIST's own four files, to be fetched into {@link #cacheFolder()}, where they are then found: 11.6 MB.
   */
  public static List<Download> downloads() {
    return downloads(MIRRORS);
  }

  private static List<Download> downloads(List<URI> mirrors) {
    return Stream.of(Part.values()).map(part -> part.download(mirrors)).toList();
  }

  /** Jacquard's folder for these files in the user's cache. */
  public static Path cacheFolder() {
    return cacheFolder(System.getenv(), System.getProperty("os.name"), System.getProperty("user.home"));
  }

  /** Where the user's system wants programs to keep what can be fetched again. */
  static Path cacheFolder(Map<String, String> environment, String os, String home) {
    var system = os.toLowerCase(Locale.ROOT);
    var set = environment.getOrDefault(system.startsWith("windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME", "");
    var base = !set.isEmpty()
        ? Path.of(set)
        : system.startsWith("windows")
            ? Path.of(home, "AppData", "Local")
            : system.startsWith("mac") ? Path.of(home, "Library", "Caches") : Path.of(home, ".cache");
    return base.resolve("jacquard").resolve("mnist");
  }

  /**
   * Reads and checks the files in a folder, or in its sub-folder {@code mnist}.
   *
   * @throws JacquardException saying which files are missing, or what is wrong with one
   */
  public static Digits.Sets read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new JacquardException("The data folder " + folder
          + (Files.exists(folder) ? " is a file" : " does not exist")
          + ". Name a folder with MNIST's four files.");
    }
    var inside = folder.resolve("mnist");
    var place = missing(folder).size() > missing(inside).size() ? inside : folder;
    var missing = missing(place);
    if (!missing.isEmpty()) {
      throw new JacquardException("The data folder " + place + " lacks " + String.join(", ", missing)
          + " (plain or with .gz). Put MNIST's four files there or name another folder.");
    }
    var train = read(place, Part.TRAIN_IMAGES, Part.TRAIN_LABELS);
    var test = read(place, Part.TEST_IMAGES, Part.TEST_LABELS);
    return new Digits.Sets(train, test, "IDX files in " + place, false);
  }

  private static List<String> missing(Path folder) {
    return Stream.of(Part.values()).filter(part -> part.in(folder).isEmpty()).map(Part::fileName).toList();
  }

  private static Digits read(Path folder, Part imagesPart, Part labelsPart) {
    var imagesFile = imagesPart.in(folder).orElseThrow();
    var labelsFile = labelsPart.in(folder).orElseThrow();
    var images = Idx.read(imagesFile);
    var labels = Idx.read(labelsFile);
    var shape = images.shape();
    if (shape.rank() != 3 || shape.size(1) != SIDE || shape.size(2) != SIDE)
      throw new JacquardException(imagesFile + " has shape " + shape + ", expected [count, 28, 28].");
    if (labels.shape().rank() != 1)
      throw new JacquardException(labelsFile + " has shape " + labels.shape() + ", expected [count].");
    if (shape.size(0) != labels.data().length) {
      throw new JacquardException(
          imagesFile + " has " + shape.size(0) + " images, but " + labelsFile + " has "
              + labels.data().length + " labels; they must be of the same set.");
    }
    if (shape.size(0) == 0) throw new JacquardException(imagesFile + " has no images.");
    requireClasses(labelsFile, labels.data());
    return new Digits(images.data(), labels.data());
  }

  private static void requireClasses(Path file, byte[] labels) {
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i] & 0xff;
      if (label >= CLASSES)
        throw new JacquardException(
            file + ": label " + i + " is " + label + ", expected 0 to " + (CLASSES - 1) + ".");
    }
  }
}
