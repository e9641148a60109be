package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on folders of pictures, from the data to the prediction; and beginnings with another run's values. */
class TrainImagesCommandTest {
  @TempDir
  private static Path folder;
  private static Path pictures;
  private static Path run;
  private final Captured program = new Captured();

  @BeforeAll
  static void train() throws IOException {
    pictures = folder.resolve("pictures");
    var random = new Random(3);
    for (var name : new String[]{"blue", "red"}) {
      for (int i = 0; i < 24; i++) picture(pictures.resolve(name), i, name.equals("red"), random);
    }
    Files.writeString(pictures.resolve("red/broken.png"), "no picture");
    run = folder.resolve("run");
    var training = new Captured();
    assertEquals(0, training.run("train", "images", pictures.toString(), "--size", "8", "--epochs", "6",
        "--batch", "8", "--out", run.toString(), "--accumulate", "2"), training.err());
    assertTrue(training.out().contains("7 to test with, 2 classes"), training.out());
    assertTrue(training.out().contains("1 left out:") && training.out().contains("broken.png"),
        training.out());
    assertTrue(training.out().contains("Test: accuracy 1.0000"), training.out());
  }

  private static Path picture(Path folder, int number, boolean red, Random random) throws IOException {
    Files.createDirectories(folder);
    var image = new BufferedImage(9, 10, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 10; y++) {
      for (int x = 0; x < 9; x++) {
        int strong = 150 + random.nextInt(100);
        int weak = random.nextInt(100);
        image.setRGB(x, y, new Color(red ? strong : weak, weak, red ? weak : strong).getRGB());
      }
    }
    var file = folder.resolve(number + ".png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void predictsPictures() throws IOException {
    var random = new Random(9);
    var red = picture(folder.resolve("other"), 1, true, random);
    var blue = picture(folder.resolve("other"), 2, false, random);
    assertEquals(0, program.run("predict", run.toString(), red.toString(), blue.toString()), program.err());
    assertTrue(program.out().contains(red + ": red") && program.out().contains(blue + ": blue"),
        program.out());
    assertEquals(Main.FAILURE, program.run("predict", run.toString(), folder.resolve("none.png").toString()));
    assertTrue(program.err().contains("none.png"), program.err());
  }

  @Test
  void whatWasAskedForIsSaved() throws IOException {
    var text = Files.readString(run.resolve("run.json"));
    for (var part : new String[]{"\"task\" : \"images\"", "\"model\" : \"resnet20\"", "\"accumulate\" : 2",
        "\"schedule\" : \"one cycle\"", "\"optimizer\" : \"momentum\"", "\"size\" : 8"})
      assertTrue(text.contains(part), part + " in " + text);
  }

  @Test
  void anotherTrainingBeginsWithItsValues() {
    var out = folder.resolve("second");
    assertEquals(0, program.run("train", "images", pictures.toString(), "--size", "8", "--epochs", "1",
        "--no-augment", "--out", out.toString(), "--init", run.toString(), "--freeze", "conv1*,layer*"),
        program.err());
    assertTrue(program.out().contains("Begins with 116 of 116 tensors of "), program.out());
    assertTrue(program.out().contains("Frozen: 55 of 59 parameters."), program.out());
    assertTrue(program.out().contains(" frozen · "), program.out());
  }

  @Test
  void beginningsThatCannotBeAreRefused() {
    var data = pictures.toString();
    refused("--freeze 'nothing*' fits none of the model's parameters", "train", "images", data, "--freeze",
        "nothing*");
    refused("--freeze '*' leaves nothing to train", "train", "images", data, "--freeze", "*");
    refused("--init nowhere: there is no such run or file", "train", "images", data, "--init", "nowhere");
    refused("none of its", "train", "images", data, "--model", "alexnet", "--init", run.toString());
  }

  private void refused(String message, String... args) {
    var out = folder.resolve("refused").toString();
    var all = new String[args.length + 4];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--out";
    all[args.length + 1] = out;
    all[args.length + 2] = "--size";
    all[args.length + 3] = "32";
    var other = new Captured();
    assertEquals(Main.FAILURE, other.run(all), other.out());
    assertTrue(other.err().contains(message), other.err());
  }

  @Test
  void cifar10IsAFolderOfTwo() throws IOException {
    var root = folder.resolve("cifar10");
    var random = new Random(4);
    for (var part : new String[]{"train", "test"}) {
      for (var name : new String[]{"cat", "dog"}) {
        for (int i = 0; i < 20; i++)
          picture(root.resolve(part).resolve(name), i, name.equals("dog"), random);
      }
    }
    assertEquals(0, program.run("train", "cifar10", "--data", folder.toString(), "--epochs", "1", "--batch",
        "20", "--mixup", "0.2", "--cutmix", "1", "--out", folder.resolve("cifar-run").toString()),
        program.err());
    var options = Files.readString(folder.resolve("cifar-run").resolve("run.json"));
    assertTrue(options.contains("\"mixup\" : 0.2") && options.contains("\"cutmix\" : 1"), options);
    assertTrue(program.out().contains("Data: CIFAR-10 from " + root), program.out());
    assertTrue(program.out().contains("38 to train with, 2 to watch with, 40 to test with, 2 classes"),
        program.out());
    var missing = new Captured();
    assertEquals(Main.FAILURE, missing.run("train", "cifar10", "--data", pictures.toString()));
    assertTrue(missing.err().contains("holds no folders 'train' and 'test'"), missing.err());
  }

  @Test
  void modelsAreListedWithTheirCosts() {
    assertEquals(0, program.run("models"), program.err());
    assertTrue(
        program.out().contains("mlp          mnist            1x28x28           101,770         101,632"),
        program.out());
    // By hand; torchvision says 4.09 billion of resnet50.
    assertTrue(
        program.out().contains("resnet20     cifar10, images  3x32x32           269,722      40,551,040"),
        program.out());
    assertTrue(program.out().contains("resnet50     cifar10, images  3x224x224      23,528,522   4,087,"),
        program.out());
    assertTrue(
        program.out().contains("gpt          text             64                804,096      55,058,432"),
        program.out());
  }
}
