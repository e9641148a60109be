package io.jacquard.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class MnistFilesTest {
  @TempDir
  Path folder;

  /** A small set: labels 0, 1, 2, ... in four files named as {@code names} says. */
  private static void write(Path folder, int train, int test, String... names) throws IOException {
    Files.createDirectories(folder);
    var contents = new byte[][]{IdxTest.idx(8, new int[]{train, 28, 28}, train * 784),
        IdxTest.idx(8, new int[]{train}, train), IdxTest.idx(8, new int[]{test, 28, 28}, test * 784),
        IdxTest.idx(8, new int[]{test}, test)};
    for (int i = 0; i < 4; i++)
      Files.write(folder.resolve(names[i]),
          names[i].endsWith(".gz") ? IdxTest.gzip(contents[i]) : contents[i]);
  }

  private static void write(Path folder) throws IOException {
    write(folder, 10, 4, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte");
  }

  @Test
  void whatIsReadAheadIsTheSameAndFailsTheSame() throws IOException {
    write(folder.resolve("set"));
    OnReference.run(() -> {
      var mnist = Mnist.reading(folder.resolve("set")).get();
      assertEquals(10, mnist.train().size());
      assertEquals(4, mnist.test().size());
    });
    var missing = Mnist.reading(folder.resolve("none"));
    assertTrue(assertThrows(JacquardException.class, missing::get).getMessage().contains("does not exist"));
  }

  private Optional<Digits.Sets> find(Path asked, Map<String, String> environment) {
    return MnistFiles.find(asked, environment, "Linux", folder.resolve("home").toString());
  }

  private static String refused(Executable body) {
    return assertThrows(JacquardException.class, body).getMessage();
  }

  @Test
  void readsEachWayOfNamingTheFiles() throws IOException {
    write(folder, 10, 4, "train-images.idx3-ubyte", "train-labels-idx1-ubyte.gz", "t10k-images.idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte");
    var sets = MnistFiles.read(folder);
    assertEquals(10, sets.train().count());
    assertEquals(4, sets.test().count());
    assertArrayEquals(new byte[]{0, 1, 2, 3}, sets.test().labels());
    assertEquals((byte) 783, sets.train().images()[783]);
    assertEquals("IDX files in " + folder, sets.source());
    assertFalse(sets.generated());
  }

  @Test
  void theFolderAskedForComesFirstThenTheVariableThenTheCache() throws IOException {
    var asked = folder.resolve("asked");
    var named = folder.resolve("named");
    var cache = folder.resolve("home/.cache/jacquard/mnist");
    write(asked);
    write(named.resolve("mnist"));
    write(cache);
    var environment = Map.of("JACQUARD_DATA", named.toString());
    assertEquals("IDX files in " + asked, find(asked, environment).orElseThrow().source());
    assertEquals("IDX files in " + named.resolve("mnist"), find(null, environment).orElseThrow().source());
    assertEquals("IDX files in " + cache, find(null, Map.of()).orElseThrow().source());
    assertEquals("IDX files in " + cache, find(null, Map.of("JACQUARD_DATA", "")).orElseThrow().source());
  }

  @Test
  void anEmptyCacheGivesNothing() throws IOException {
    assertTrue(find(null, Map.of()).isEmpty());
    Files.createDirectories(folder.resolve("home/.cache/jacquard/mnist"));
    assertTrue(find(null, Map.of()).isEmpty());
  }

  @Test
  void aCacheWithSomeOfTheFilesIsAnError() throws IOException {
    var cache = folder.resolve("home/.cache/jacquard/mnist");
    write(cache);
    Files.delete(cache.resolve("t10k-labels-idx1-ubyte"));
    assertEquals("The data folder " + cache + " lacks t10k-labels-idx1-ubyte (plain or with .gz). "
        + "Put MNIST's four files there or name another folder.", refused(() -> find(null, Map.of())));
  }

  @Test
  void aFolderThatWasAskedForMustHoldTheFiles() throws IOException {
    var absent = folder.resolve("absent");
    assertEquals("The data folder " + absent + " does not exist. Name a folder with MNIST's four files.",
        refused(() -> find(absent, Map.of())));
    assertEquals("The environment variable JACQUARD_DATA is '" + absent + "': The data folder " + absent
        + " does not exist. Name a folder with MNIST's four files.",
        refused(() -> find(null, Map.of("JACQUARD_DATA", absent.toString()))));
    Files.createDirectories(absent);
    assertTrue(refused(() -> find(absent, Map.of()))
        .contains("lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, "
            + "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (plain or with .gz)"));
    var file = Files.writeString(folder.resolve("file"), "");
    assertTrue(refused(() -> find(file, Map.of())).contains("is a file"));
  }

  @Test
  void cacheFoldersAreThoseOfTheSystem() {
    var home = folder.toString();
    assertEquals(Path.of("/x/jacquard/mnist"),
        MnistFiles.cacheFolder(Map.of("XDG_CACHE_HOME", "/x"), "Linux", home));
    assertEquals(folder.resolve(".cache/jacquard/mnist"), MnistFiles.cacheFolder(Map.of(), "Linux", home));
    assertEquals(folder.resolve("Library/Caches/jacquard/mnist"),
        MnistFiles.cacheFolder(Map.of(), "Mac OS X", home));
    assertEquals(Path.of("/local/jacquard/mnist"),
        MnistFiles.cacheFolder(Map.of("LOCALAPPDATA", "/local"), "Windows 11", home));
    assertEquals(folder.resolve("AppData/Local/jacquard/mnist"),
        MnistFiles.cacheFolder(Map.of(), "Windows 11", home));
  }

  @Test
  void filesThatDoNotBelongTogetherAreRefused() throws IOException {
    write(folder);
    var images = folder.resolve("t10k-images-idx3-ubyte");
    var labels = folder.resolve("t10k-labels-idx1-ubyte");
    Files.write(labels, IdxTest.idx(8, new int[]{5}, 5));
    assertEquals(images + " has 4 images, but " + labels + " has 5 labels; they must be of the same set.",
        refused(() -> MnistFiles.read(folder)));
    Files.write(labels, IdxTest.idx(8, new int[]{2, 2}, 4));
    assertEquals(labels + " has shape [2, 2], expected [count].", refused(() -> MnistFiles.read(folder)));
    Files.write(images, IdxTest.idx(8, new int[]{1, 32, 32}, 1024));
    assertEquals(images + " has shape [1, 32, 32], expected [count, 28, 28].",
        refused(() -> MnistFiles.read(folder)));
    Files.write(images, IdxTest.idx(8, new int[]{0, 28, 28}, 0));
    Files.write(labels, IdxTest.idx(8, new int[]{0}, 0));
    assertEquals(images + " has no images.", refused(() -> MnistFiles.read(folder)));
  }

  @Test
  void aLabelThatIsNoDigitIsTold() throws IOException {
    write(folder, 11, 4, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte");
    assertEquals(folder.resolve("train-labels-idx1-ubyte") + ": label 10 is 10, expected 0 to 9.",
        refused(() -> MnistFiles.read(folder)));
  }

  @Test
  void mnistItselfIsRead() {
    assumeTrue(System.getenv(MnistFiles.VARIABLE) != null, "JACQUARD_DATA does not name a folder with MNIST");
    var sets = MnistFiles.find(null).orElseThrow();
    assertEquals(60_000, sets.train().count());
    assertEquals(10_000, sets.test().count());
    assertEquals(5, sets.train().labels()[0]);
    // The mean pixel of MNIST's training images is 0.1307 of 255, as every tutorial has it.
    long sum = 0;
    for (byte pixel : sets.train().images()) sum += pixel & 0xff;
    assertEquals(0.1307, sum / 255.0 / sets.train().images().length, 5e-5);
  }
}
