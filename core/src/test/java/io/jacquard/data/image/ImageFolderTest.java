package io.jacquard.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.data.DataLoader;
import io.jacquard.data.Split;
import io.jacquard.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of pictures, whole and damaged, and the samples that are made of them. */
class ImageFolderTest {
  @TempDir
  private Path root;

  /** Two classes: six pictures of cats in four formats, five of dogs; 8 x 6 pixels. */
  @BeforeEach
  void pictures() throws IOException {
    var random = new Random(3);
    var formats = List.of("png", "jpg", "bmp", "gif", "png", "png");
    for (int i = 0; i < 6; i++) picture(random, 8, 6, "cat/deep/" + i + "." + formats.get(i));
    for (int i = 0; i < 5; i++) picture(random, 8, 6, "dog/" + i + ".PNG");
    Files.writeString(root.resolve("dog/notes.txt"), "no picture, and not named like one");
    Files.createDirectory(root.resolve(".git"));
  }

  private Path picture(Random random, int width, int height, String name) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) image.setRGB(x, y, random.nextInt(1 << 24));
    }
    var file = root.resolve(name);
    Files.createDirectories(file.getParent());
    var format = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    assertTrue(ImageIO.write(image, format, file.toFile()), format);
    return file;
  }

  @Test
  void classesAndPicturesInOrder() {
    var folder = ImageFolder.open(root);
    assertEquals(List.of("cat", "dog"), folder.classes());
    assertEquals(11, folder.size());
    assertArrayEquals(new int[]{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, folder.labels());
    assertEquals(root.resolve("cat/deep/1.jpg").toString(), folder.name(1));
    assertEquals(List.of(), folder.skipped());
    assertEquals("[3, 6, 8]", folder.image(2).shape().toString());
    assertEquals("[1, 6, 8]", folder.grey().image(3).shape().toString());
  }

  @Test
  void pixelsAreTheFilesOwn() throws IOException {
    var image = ImageFolder.open(root).image(4);
    var file = ImageIO.read(root.resolve("cat/deep/4.png").toFile());
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 8; x++) {
        int rgb = file.getRGB(x, y);
        for (int c = 0; c < 3; c++)
          assertEquals((rgb >> 16 - 8 * c & 0xff) / 255f, image.at(c, y, x));
      }
    }
    // A grey file's values are not taken for linear light; a palette's are those of its colours.
    var grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 51);
    grey.getRaster().setSample(1, 0, 0, 255);
    var greyFile = root.resolve("grey.png");
    ImageIO.write(grey, "png", greyFile.toFile());
    assertArrayEquals(new float[]{0.2f, 1}, ImageFile.read(greyFile, true).values());
    assertArrayEquals(new float[]{0.2f, 1, 0.2f, 1, 0.2f, 1}, ImageFile.read(greyFile, false).values());
  }

  @Test
  void filesThatAreNoPicturesAreListedAndSkippedOrRefused() throws IOException {
    Files.writeString(root.resolve("cat/broken.png"), "not a picture");
    Files.write(root.resolve("dog/empty.jpg"), new byte[0]);
    var folder = ImageFolder.open(root);
    assertEquals(11, folder.size());
    assertEquals(List.of(
        root.resolve("cat/broken.png") + " is no PNG, JPEG, BMP or GIF picture. Convert it to one of them.",
        root.resolve("dog/empty.jpg") + " is empty, expected a PNG, JPEG, BMP or GIF picture."),
        folder.skipped());
    var error = assertThrows(JacquardException.class, () -> ImageFolder.openStrict(root));
    assertTrue(error.getMessage().startsWith(root.resolve("cat/broken.png") + " is no"), error.getMessage());
  }

  @Test
  void damageIsFoundWhenAPictureIsDecoded() throws IOException {
    var random = new Random(8);
    for (var name : List.of("dog/cut.png", "dog/cut.jpg")) {
      var file = picture(random, 64, 64, name);
      var bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
    var folder = ImageFolder.open(root);
    assertEquals(13, folder.size());
    var memory = folder.inMemory();
    assertEquals(11, memory.size());
    assertEquals(2, memory.skipped().size());
    for (var problem : memory.skipped()) {
      assertTrue(problem.startsWith(root.resolve("dog/cut").toString())
          && problem.contains("cannot be read as a") && problem.endsWith("Is the file whole?"), problem);
    }
    assertThrows(JacquardException.class, () -> ImageFolder.openStrict(root).inMemory());
    OnReference.run(() -> {
      var data = folder.dataset(Transform.resize(6, 8));
      var error = assertThrows(JacquardException.class, () -> {
        for (var _ : DataLoader.inOrder(data, 3).workers(2)) { // until it comes to them
        }
      });
      assertTrue(error.getMessage().contains("dog/cut"), error.getMessage());
    });
  }

  @Test
  void foldersThatHoldNoPicturesAreRefused() throws IOException {
    var none = assertThrows(JacquardException.class, () -> ImageFolder.open(root.resolve("none")));
    assertTrue(none.getMessage().contains("none does not exist."), none.getMessage());
    var file = assertThrows(JacquardException.class, () -> ImageFolder.open(root.resolve("dog/0.PNG")));
    assertTrue(file.getMessage().contains("is a file."), file.getMessage());
    var flat = assertThrows(JacquardException.class, () -> ImageFolder.open(root.resolve("dog")));
    assertTrue(flat.getMessage().contains("has no sub-folders"), flat.getMessage());
    Files.createDirectory(root.resolve("eel"));
    var empty = assertThrows(JacquardException.class, () -> ImageFolder.open(root));
    assertTrue(empty.getMessage().contains("eel holds no picture (png"), empty.getMessage());
    Files.writeString(root.resolve("eel/a.gif"), "x");
    var bad = assertThrows(JacquardException.class, () -> ImageFolder.open(root));
    assertTrue(bad.getMessage().contains("eel holds no picture that can be read; the first problem: "),
        bad.getMessage());
  }

  @Test
  void picturesBecomeSamplesTheSameOnAnyNumberOfWorkers() {
    var walks = new ArrayList<List<String>>();
    for (int workers : new int[]{0, 1, 4}) {
      for (var memory : new boolean[]{false, true}) {
        OnReference.run(() -> {
          ImageSource source = ImageFolder.open(root);
          if (memory) source = ((ImageFolder) source).inMemory();
          var data = source.dataset(Transform.randomCrop(5, 1), Transform.randomHorizontalFlip(0.5));
          var loader = DataLoader.shuffled(data, 4).workers(workers);
          var seen = new ArrayList<String>();
          for (int epoch = 0; epoch < 2; epoch++) {
            for (var batch : loader)
              seen.add(Arrays.toString(batch.x().toFloats()) + Arrays.toString(batch.y().toLongs()));
          }
          walks.add(seen);
        });
      }
    }
    assertEquals(6, walks.getFirst().size());
    for (var walk : walks) assertEquals(walks.getFirst(), walk);
  }

  @Test
  void randomChangesGoWithSeedEpochAndSample() {
    OnReference.run(1, () -> {
      var pictures = ImageFolder.open(root);
      var data = pictures.dataset(Transform.randomCrop(4, 2));
      var again = pictures.dataset(Transform.randomCrop(4, 2));
      assertArrayEquals(data.image(3, 7).values(), again.image(3, 7).values());
      assertFalse(Arrays.equals(data.image(3, 7).values(), data.image(3, 8).values()));
      var part = data.subset(new int[]{9, 3});
      assertArrayEquals(part.batch(Tensor.of(1)).x().toFloats(), data.image(3, 0).values(),
          "a sample keeps its numbers in a subset");
      OnReference.run(2, () -> assertFalse(
          Arrays.equals(data.image(3, 7).values(),
              pictures.dataset(Transform.randomCrop(4, 2)).image(3, 7).values())));
      var parts = Split.stratified(pictures.labels(), 1, 0.7, 0.3);
      assertEquals(11, data.subset(parts.get(0)).size() + data.subset(parts.get(1)).size());
    });
  }

  @Test
  void sizesThatDifferAreNamed() throws IOException {
    picture(new Random(1), 9, 6, "dog/z.png");
    OnReference.run(() -> {
      var folder = ImageFolder.open(root);
      var error = assertThrows(JacquardException.class, () -> folder.dataset().load());
      assertEquals(root.resolve("dog/z.png") + " is [3, 6, 9], but " + folder.name(0)
          + " is [3, 6, 8]. Give all pictures one size, with Transform.resize(height, width).",
          error.getMessage());
      assertEquals("[12, 3, 4, 4]", folder.dataset(Transform.resize(4, 4)).load()
          .batch(Tensor.arange(12)).x().shape().toString());
      var small = assertThrows(JacquardException.class, () -> folder.dataset(Transform.randomCrop(20, 0)));
      assertTrue(small.getMessage().startsWith(folder.name(0) + ": randomCrop: "), small.getMessage());
    });
  }
}
