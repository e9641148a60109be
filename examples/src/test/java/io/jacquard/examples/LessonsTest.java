package io.jacquard.examples;

import static io.jacquard.examples.Lesson.number;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.data.image.ImageFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs every example and checks what it prints against what mathematics says, not against an earlier run. */
class LessonsTest {
  @Test
  void aNeuron() throws Exception {
    assertEquals(List.of(
        "weighted sum and bias: 0.55",
        "sigmoid(0.55) = 0.634",
        "with more digits: 0.63414, so 0.633 is a slip",
        "as a layer: 0.634"), Lesson.run("Neuron").lines());
    assertEquals(0.63414, 1 / (1 + Math.exp(-0.55)), 5e-6);
  }

  @Test
  void aPerceptronLearnsAnd() throws Exception {
    var lesson = Lesson.run("AndPerceptron");
    assertEquals(List.of("0 AND 0 = 0", "0 AND 1 = 0", "1 AND 0 = 0", "1 AND 1 = 1"),
        lesson.from("0 AND").lines());
    var weights = lesson.line("weights");
    double first = number(weights, "weights");
    double second = number(weights, "and");
    double bias = number(weights, "bias");
    assertTrue(first + second + bias > 0 && first + bias <= 0 && second + bias <= 0 && bias <= 0, weights);
    assertEquals(0, number(lesson.before("weights").lines().getLast(), "mistakes:"));
    assertNotEquals(0, number(lesson.line("epoch 1,"), "mistakes:"));
  }

  @Test
  void aHiddenLayerLearnsXorAndOneNeuronCannot() throws Exception {
    var lesson = Lesson.run("Xor");
    var alone = lesson.before("2-4-1");
    // With one straight line, one half each is the best answer, and its loss is ln 2.
    assertArrayEquals(new double[]{0.5, 0.5, 0.5, 0.5}, answers(alone), 0.01);
    assertEquals(Math.log(2), number(alone.line("step 400:"), "loss"), 1e-4);
    var hidden = lesson.from("2-4-1");
    assertArrayEquals(new double[]{0, 1, 1, 0}, answers(hidden), 0.05);
    assertTrue(number(hidden.line("step 400:"), "loss") < 0.01, hidden.toString());
  }

  private static double[] answers(Lesson lesson) {
    return Stream.of("0 XOR 0", "0 XOR 1", "1 XOR 0", "1 XOR 1")
        .mapToDouble(question -> number(lesson.line(question), "=")).toArray();
  }

  @Test
  void activationsAndTheirSlopes() throws Exception {
    var lines = Lesson.run("Activations").lines();
    assertEquals(2 * 10 + 1, lines.size());
    double[] points = {-3, -2, -1, -0.5, 0, 0.5, 1, 2, 3};
    for (int i = 0; i < points.length; i++) {
      double x = points[i];
      double s = 1 / (1 + Math.exp(-x));
      double tanh = Math.tanh(x);
      double[] values = {x, s, tanh, Math.max(x, 0), x > 0 ? x : 0.01 * x, x * normalShare(x)};
      assertArrayEquals(values, numbers(lines.get(1 + i)), 6e-5, "values at " + x);
      double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
      double[] slopes = {x, s * (1 - s), 1 - tanh * tanh, x > 0 ? 1 : 0, x > 0 ? 1 : 0.01,
          normalShare(x) + x * density};
      assertArrayEquals(slopes, numbers(lines.get(12 + i)), 6e-5, "slopes at " + x);
    }
  }

  private static double[] numbers(String line) {
    return Stream.of(line.strip().split("\\s+")).mapToDouble(Double::parseDouble).toArray();
  }

  /** The normal distribution function, by Simpson's rule. */
  private static double normalShare(double x) {
    int pieces = 1000;
    double h = x / pieces;
    double sum = 0;
    for (int i = 0; i <= pieces; i++) {
      int weight = i == 0 || i == pieces ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-(i * h) * (i * h) / 2);
    }
    return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  @Test
  void backpropagationByHandFindsWhatAutogradFinds() throws Exception {
    var lesson = Lesson.run("BackpropagationByHand");
    for (var name : List.of("hidden weights", "hidden bias", "output weights  ", "output bias")) {
      var line = lesson.line(name);
      assertTrue(number(line, "difference") < 1e-5 && line.endsWith(": equal"), line);
    }
    assertTrue(lesson.line("hidden weights").contains("[128, 784]"));
    var without = lesson.line("output weights without it");
    // The derivative is at most 1/4, so without it the gradient is four times as long and more.
    assertTrue(number(without, "difference") > 2 && without.endsWith("NOT equal"), without);
    // Four of ten answers near 1/2 and wrong: the loss of a network that knows nothing is about 1/4.
    assertEquals(0.25, number(lesson.line("loss"), "loss"), 0.03);
  }

  @Test
  void gradientsVanishThroughSigmoidsAndNotThroughRelus() throws Exception {
    var lines = Lesson.run("VanishingGradients").lines();
    var first = numbers(lines.get(1));
    var last = numbers(lines.get(10));
    assertEquals(1, first[0]);
    assertEquals(10, last[0]);
    // Nine slopes of at most 1/4 each, with weights that double the square sum: (sqrt(2)/4)^9 = 9e-5 at most.
    assertTrue(first[1] / last[1] < 1e-4, lines.toString());
    assertTrue(first[2] / last[2] > 0.3 && first[2] / last[2] < 3, lines.toString());
    for (int layer = 1; layer < 10; layer++)
      assertTrue(numbers(lines.get(layer))[1] < numbers(lines.get(layer + 1))[1], lines.get(layer));
  }

  @Test
  void attentionLearnsToLookBack() throws Exception {
    var lesson = Lesson.run("Attention");
    // Scores 2, 0 and 1, divided by the square root of 2.
    double[] e = {Math.exp(2 / Math.sqrt(2)), 1, Math.exp(1 / Math.sqrt(2))};
    double sum = e[0] + e[1] + e[2];
    double mixture = (e[0] + 2 * e[1] + 3 * e[2]) / sum;
    assertEquals(e[0] / sum, number(lesson.line("weights"), "weights:"), 5e-4);
    assertEquals(mixture, number(lesson.line("mixture by hand"), ":"), 5e-5);
    assertEquals(mixture, number(lesson.line("scaledDotProductAttention"), ":"), 5e-5);
    for (int place = 0; place < 4; place++) {
      var line = lesson.line("another letter at place 3 changes place " + place);
      assertTrue(line.endsWith(place < 3 ? "no" : "yes"), line);
    }
    var learned = lesson.line("step 300:");
    // Nobody can foretell the first half; the second half is known.
    assertEquals(Math.log(16), number(learned, "first half"), 0.25);
    assertTrue(number(learned, "second half") < 0.2, learned);
    assertEquals("went on with [3, 1, 4, 1, 5, 9, 2, 6]", lesson.line("went on with"));
  }

  @Test
  void anLstmRemembersTheFirstOfTwentySteps() throws Exception {
    var lesson = Lesson.run("LongMemory");
    var reach = lesson.line("gradient of the answer");
    assertTrue(number(reach, "LSTM") > 10 * number(reach, "plain"), reach);
    assertTrue(number(lesson.line("LSTM, step 200:"), "right") > 0.98, lesson.toString());
    assertTrue(number(lesson.line("read in two parts"), "by") < 1e-5, lesson.toString());
  }

  @Test
  void aLoopWrittenOutLearnsDigits() throws Exception {
    var lesson = Lesson.run("MnistPyTorchStyle");
    // conv1, conv2, fc1 and fc2, a weight and a bias each.
    assertEquals(8, number(lesson.lines().get(1), ""));
    var test = lesson.lines().getLast();
    assertTrue(test.startsWith("epoch 2:") && number(test, "epoch 2:") > 90, test);
  }

  @Test
  void convolutionsReadDigitsThatHaveMoved() throws Exception {
    var lesson = Lesson.run("ConvolutionalNetwork");
    // Bright minus what is left of it, in two or three rows: the left edge, and nothing else.
    assertEquals("the filter in row 0: [0.0, 2.0, 0.0, 0.0]", lesson.line("the filter in row 0"));
    assertEquals("the filter in row 1: [0.0, 3.0, 0.0, 0.0]", lesson.line("the filter in row 1"));
    var convolutions = lesson.line("convolutions");
    var linear = lesson.line("linear layers");
    assertEquals(80 + 1168 + 400 * 32 + 32 + 330, number(convolutions, "convolutions,"));
    assertTrue(number(convolutions, "pixels") > number(linear, "pixels"), convolutions + "; " + linear);
  }

  @Test
  void aBinaryClassifierFindsTheBall() throws Exception {
    var lesson = Lesson.run("BinaryClassifier");
    assertEquals("41 parameters", lesson.lines().getFirst()); // 3 * 8 + 8 + 8 + 1
    assertEquals(Math.log(2), number(lesson.line("epoch   1:"), "loss"), 0.1);
    assertTrue(number(lesson.line("epoch 100:"), "loss") < 0.2, lesson.toString());
    var test = lesson.line("test:");
    assertTrue(number(test, "test:") >= 90, test);
    assertTrue(number(test, "no would be right") < 70, test);
  }

  @Test
  void digitsInTheStyleOfKeras() throws Exception {
    var lesson = Lesson.run("MnistKerasStyle");
    var source = lesson.lines().getFirst();
    // Which of the two it is depends on the machine; that it is said does not.
    assertTrue(source.startsWith("60000 digits") || source.contains("not MNIST"), source);
    assertEquals("  (1): Linear(784, 128)", lesson.lines().get(3));
    double loss = Double.POSITIVE_INFINITY;
    for (int epoch = 1; epoch <= 5; epoch++) {
      double next = number(lesson.line("Epoch " + epoch + ":"), "· loss");
      assertTrue(next < loss, lesson.toString());
      loss = next;
    }
    assertTrue(number(lesson.line("Test:"), "accuracy") > 0.94, lesson.toString());
    assertTrue(number(lesson.line("Epoch 5:"), "val_accuracy") > 0.94, lesson.toString());
  }

  @Test
  void learningRatesTooLowRightAndTooHigh() throws Exception {
    var lesson = Lesson.run("LearningRates");
    var low = lesson.before("right");
    assertTrue(number(low.line("step 100:"), "loss") > 1, low.toString());
    assertTrue(number(low.line("step 100:"), "loss") < number(low.line("step 25:"), "loss"));
    var right = lesson.from("right").before("too high");
    assertTrue(number(right.line("step 100:"), "loss") < 1e-6, right.toString());
    assertEquals(3, number(right.line("the line"), "y ="), 0.01);
    assertEquals(1, number(right.line("the line"), "x "), 0.01);
    var high = lesson.from("too high");
    assertTrue(number(high.line("step 25:"), "loss") > 1e10, high.toString());
    assertTrue(high.lines().getLast().strip().startsWith("The loss is Infinity in epoch"), high.toString());
  }

  @Test
  void batchNormAndResidualsLetDeepNetworksLearn() throws Exception {
    var lesson = Lesson.run("BatchNormAndResiduals");
    var plain = lesson.line("plain");
    assertTrue(number(plain, "layer") < 1e-6, plain);
    assertEquals(Math.log(10), number(plain, "at first,"), 0.1);
    for (var name : List.of("batch norm", "residuals")) {
      var line = lesson.line(name);
      assertTrue(number(line, "layer") > 1e-2, line);
      assertTrue(number(line, "at first,") < 1.8, line);
    }
  }

  @Test
  void whatWasLearnedForSomeDigitsHelpsWithOthers() throws Exception {
    var lesson = Lesson.run("TransferLearning");
    assertTrue(lesson.lines().get(1).contains(" pictures of 0 to 4, 500 of 5 to 9 "), lesson.toString());
    var median = lesson.line("median:");
    // Generated digits are so alike that less is to be gained.
    int points = lesson.lines().getFirst().contains("not MNIST") ? 0 : 3;
    assertTrue(number(median, "transferred") >= number(median, "scratch") + points, lesson.toString());
  }

  @Test
  void autoencodersDrawDigits() throws Exception {
    var lesson = Lesson.run("Autoencoders");
    var simple = lesson.from("Autoencoder:").before("Variational");
    assertTrue(number(simple.line("epoch 4:"), "loss") < number(simple.line("epoch 1:"), "loss"));
    assertTrue(number(simple.line("mean squared"), "pixel:") < 0.045, simple.toString());
    var variational = lesson.from("Variational");
    assertTrue(number(variational.line("epoch 4:"), "loss") < 220, variational.toString());
    assertTrue(number(variational.line("mean squared"), "pixel:") < 0.07, variational.toString());
    for (var name : List.of("autoencoder.png", "variational.png", "drawn.png"))
      ImageFile.read(Path.of("target", "autoencoders", name), false);
  }

  @Test
  void explanationsFindDigitsThatNobodyPointedAt() throws Exception {
    var lesson = Lesson.run("LookingInside");
    assertTrue(number(lesson.line("read:"), "read:") > 60, lesson.toString());
    assertTrue(number(lesson.line("Grad-CAM peaks"), "quarter:") >= 90, lesson.toString());
    assertTrue(number(lesson.line("occlusion peaks"), "quarter:") >= 75, lesson.toString());
    var above = number(lesson.line("the score of"), ", ");
    assertEquals(above, number(lesson.line("the pixels'"), "up to"),
        1e-3 * Math.max(1, Math.abs(above)) + 1e-4);
    for (var name : List.of("grad-cam.png", "filters.png", "first-layer.png"))
      ImageFile.read(Path.of("target", "looking-inside", name), false);
  }
}
