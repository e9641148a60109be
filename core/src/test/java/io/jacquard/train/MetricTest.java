package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.SGD;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Metrics against values that were computed by hand, or from their definitions in the plainest way. */
class MetricTest {
  /** A model that says what it is given. */
  private static Module echo() {
    return new Module() {
      @Override
      protected Tensor forward(Tensor x) {
        return x.mul(1);
      }
    };
  }

  /** The metric over a data set whose inputs are the predictions: many batches, as in a training. */
  private static double over(Metric metric, Tensor prediction, Tensor target, Loss loss) {
    return Trainer.of(echo()).loss(loss).metric(metric).evaluate(new TensorDataset(prediction, target))
        .metric();
  }

  private static double ofClasses(Metric metric, Tensor logits, long... labels) {
    return over(metric, logits, Tensor.of(labels), Loss.crossEntropy());
  }

  private static double ofNumbers(Metric metric, float[] prediction, float[] target) {
    return over(metric, Tensor.of(prediction, Shape.of(prediction.length, 1)),
        Tensor.of(target, Shape.of(target.length, 1)), Loss.mse());
  }

  /** Logits that say class {@code predicted[i]}. */
  private static Tensor says(int classes, int... predicted) {
    var logits = new float[predicted.length * classes];
    for (int i = 0; i < predicted.length; i++) logits[i * classes + predicted[i]] = 3;
    return Tensor.of(logits, Shape.of(predicted.length, classes));
  }

  /** scikit-learn's own example: y_true = [0, 1, 2, 0, 1, 2], y_pred = [0, 2, 1, 0, 0, 1]. */
  @Test
  void precisionRecallAndF1AsScikitLearnDocumentsThem() {
    OnReference.run(() -> {
      var logits = says(3, 0, 2, 1, 0, 0, 1);
      long[] labels = {0, 1, 2, 0, 1, 2};
      assertEquals(0.2222, ofClasses(Metric.precision(3), logits, labels), 5e-5);
      assertEquals(0.3333, ofClasses(Metric.recall(3), logits, labels), 5e-5);
      assertEquals(0.2667, ofClasses(Metric.f1(3), logits, labels), 5e-5);
      assertEquals(0.3333, ofClasses(Metric.f1(3, Average.MICRO), logits, labels), 5e-5);
      assertEquals(0.2667, ofClasses(Metric.f1(3, Average.WEIGHTED), logits, labels), 5e-5);
      assertEquals(1 / 3.0, ofClasses(Metric.accuracy(), logits, labels), 1e-12);
    });
  }

  @Test
  void theMatrixAndItsTable() {
    OnReference.run(() -> {
      var trainer = Trainer.of(echo()).metric(Metric.f1(3));
      var found = trainer.evaluate(
          new TensorDataset(says(3, 2, 0, 2, 2, 0, 2), Tensor.of(2L, 0L, 2L, 2L, 0L, 1L)));
      var matrix = found.confusion().orElseThrow().named(List.of("ant", "bird", "cat"));
      assertEquals("""
          true \\ predicted  ant  bird  cat
          ant                 2     0    0
          bird                0     0    1
          cat                 0     0    3""", matrix.toString());
      assertEquals("""
                    precision  recall      f1  samples
          ant          1.0000  1.0000  1.0000        2
          bird         0.0000  0.0000  0.0000        1
          cat          0.7500  1.0000  0.8571        3
          macro        0.5833  0.6667  0.6190        6
          weighted     0.7083  0.8333  0.7619        6""", matrix.report());
      assertEquals(5 / 6.0, matrix.accuracy());
      assertEquals(Optional.empty(),
          Trainer.of(echo()).evaluate(new TensorDataset(says(2, 0), Tensor.of(0L))).confusion());
    });
  }

  @Test
  void aSingleLogitCountsAsTwoClasses() {
    OnReference.run(() -> {
      var logit = Tensor.of(new float[]{2, -1, 0.5f, -3, 1}, Shape.of(5, 1));
      var target = Tensor.of(new float[]{1, 0, 0, 1, 1}, Shape.of(5, 1));
      // True positives 2, false positives 1, false negatives 1; of class 0: 1, 1, 1.
      assertEquals((2 / 3.0 + 1 / 2.0) / 2, over(Metric.f1(2), logit, target, Loss.bceWithLogits()), 1e-12);
      assertEquals(0.6, over(Metric.binaryAccuracy(0), logit, target, Loss.bceWithLogits()), 1e-12);
    });
  }

  @Test
  void labelsAndShapesThatCannotBeAreRefused() {
    OnReference.run(() -> {
      var wrongLabel = assertThrows(JacquardException.class,
          () -> Metric.f1(2).contribution(says(2, 0, 1), Tensor.of(0L, 2L)));
      assertTrue(wrongLabel.getMessage().startsWith("f1: label 2 is out of range"), wrongLabel.getMessage());
      var wrongShape = assertThrows(JacquardException.class,
          () -> Metric.f1(3).contribution(says(2, 0, 1), Tensor.of(0L, 1L)));
      assertTrue(wrongShape.getMessage().contains("expected logits [N, 3]"), wrongShape.getMessage());
      assertThrows(JacquardException.class, () -> Metric.f1(1));
      assertThrows(JacquardException.class, () -> Metric.topK(0));
      assertThrows(JacquardException.class,
          () -> Metric.mse().contribution(Tensor.ones(3), Tensor.ones(3, 1)));
      assertThrows(JacquardException.class,
          () -> Trainer.of(echo()).metric(Metric.accuracy(), Metric.binaryAccuracy(0)));
    });
  }

  @Test
  void topKCountsAsSortingDoes() {
    OnReference.run(() -> {
      int n = 600;
      int classes = 7;
      var random = new Random(4);
      var logits = new float[n * classes];
      for (int i = 0; i < logits.length; i++) logits[i] = random.nextInt(6); // many ties
      var labels = random.longs(n, 0, classes).toArray();
      for (int k = 1; k <= classes; k++) {
        int right = 0;
        for (int i = 0; i < n; i++) {
          int before = 0;
          for (int c = 0; c < classes; c++) {
            float x = logits[i * classes + c];
            float own = logits[i * classes + (int) labels[i]];
            if (x > own || x == own && c < labels[i]) before++;
          }
          if (before < k) right++;
        }
        var x = Tensor.of(logits, Shape.of(n, classes));
        assertEquals((double) right / n, ofClasses(Metric.topK(k), x, labels), 1e-12);
        if (k == 1)
          assertEquals((double) right / n, ofClasses(Metric.accuracy(), x, labels), 1e-12, "ties as argmax");
      }
      var nan = Tensor.of(new float[]{Float.NaN, 1, 2}, Shape.of(1, 3));
      assertEquals(0, Metric.topK(2).contribution(nan, Tensor.of(0L)).item(), "NaN is never right");
    });
  }

  @Test
  void theAreaCountsPairsInOrderAndTiesHalf() {
    OnReference.run(() -> {
      // scikit-learn's example: 0.75.
      assertEquals(0.75, over(Metric.auc(), Tensor.of(0.1f, 0.4f, 0.35f, 0.8f), Tensor.of(0f, 0f, 1f, 1f),
          Loss.mse()), 1e-12);
      var random = new Random(9);
      int n = 1200; // more than one batch
      var score = new float[n];
      var label = new float[n];
      for (int i = 0; i < n; i++) {
        label[i] = random.nextInt(4) == 0 ? 1 : 0;
        score[i] = random.nextInt(20) - 10 + 3 * label[i]; // ties, and both zeros
        if (score[i] == 0 && random.nextBoolean()) score[i] = -0f;
      }
      double pairs = 0;
      double inOrder = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          if (label[i] == 1 && label[j] == 0) {
            pairs++;
            inOrder += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0;
          }
        }
      }
      assertEquals(inOrder / pairs, over(Metric.auc(), Tensor.of(score), Tensor.of(label), Loss.mse()),
          1e-12);
      var two = new float[2 * n];
      var labels = new long[n];
      for (int i = 0; i < n; i++) {
        two[2 * i] = -score[i];
        labels[i] = (long) label[i];
      }
      assertEquals(inOrder / pairs, ofClasses(Metric.auc(), Tensor.of(two, Shape.of(n, 2)), labels), 1e-12);
      assertEquals(Double.NaN, over(Metric.auc(), Tensor.ones(3), Tensor.ones(3), Loss.mse()));
    });
  }

  @Test
  void errorsOfNumbers() {
    OnReference.run(() -> {
      // scikit-learn's example for r2_score and the mean errors.
      float[] p = {2.5f, 0, 2, 8};
      float[] y = {3, -0.5f, 2, 7};
      assertEquals(0.375, ofNumbers(Metric.mse(), p, y), 1e-7);
      assertEquals(Math.sqrt(0.375), ofNumbers(Metric.rmse(), p, y), 1e-7);
      assertEquals(0.5, ofNumbers(Metric.mae(), p, y), 1e-7);
      assertEquals(0.9486081370449679, ofNumbers(Metric.r2(), p, y), 1e-12);
      assertEquals(Double.NaN, ofNumbers(Metric.r2(), p, new float[]{1, 1, 1, 1}));
      // Two outputs: r2_score([[0.5, 1], [-1, 1], [7, -6]], [[0, 2], [-1, 2], [8, -5]], uniform_average).
      var two = over(Metric.r2(), Tensor.of(new float[][]{{0, 2}, {-1, 2}, {8, -5}}),
          Tensor.of(new float[][]{{0.5f, 1}, {-1, 1}, {7, -6}}), Loss.mse());
      assertEquals((0.965438 + 0.908163) / 2, two, 1e-5);
    });
  }

  /** Where the mean is far larger than the spread, sums of squares in float32 would give nonsense. */
  @Test
  void r2KeepsItsDigitsFarFromZero() {
    OnReference.run(() -> {
      var y = new float[1000];
      var p = new float[1000];
      for (int i = 0; i < y.length; i++) {
        y[i] = 1_000_000 + i % 10;
        p[i] = y[i] + (i % 2 == 0 ? 1 : -1);
      }
      assertEquals(1 - 1 / 8.25, ofNumbers(Metric.r2(), p, y), 1e-9);
    });
  }

  @Test
  void perplexityCountsTokens() {
    OnReference.run(() -> {
      // Uniform over 5 words, whatever comes: as many equally likely words.
      assertEquals(5, ofClasses(Metric.perplexity(), Tensor.zeros(700, 5), new long[700]), 1e-4);
      var logits = Tensor.of(new float[][]{{1, 0}, {1, 0}, {0, 2}});
      double mean = (Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.E) + Math.log(1 + Math.exp(-2))) / 3;
      assertEquals(Math.exp(mean), ofClasses(Metric.perplexity(), logits, 0, 1, 1), 1e-6);
    });
  }

  @Test
  void accuracyOfManyLabelsASampleIsTheirMean() {
    OnReference.run(() -> {
      var logits = Tensor.of(new float[]{1, 0, 0, 1, 1, 1, 0, 0}, Shape.of(2, 2, 2)); // [N, C, positions]
      var labels = Tensor.of(new long[]{0, 1, 0, 1}, Shape.of(2, 2));
      // Said: sample 0: 0, 1; sample 1: 0, 0.
      var sum = Metric.accuracy().contribution(logits, labels).item();
      assertEquals(0.75, Metric.accuracy().value(new double[]{sum}, 2), 1e-12);
    });
  }

  /** In a training that is replayed, with a smaller last batch and a second epoch, all three kinds of state. */
  @Test
  void whatATrainingGathersIsWhatAnEvaluationFinds() {
    OnReference.run(() -> {
      int n = 53;
      var random = new Generator(5);
      var x = Tensor.of(random.normal(2 * n), Shape.of(n, 2));
      var y = Tensor.of(random.normal(n), Shape.of(n)).gt(0).to(DType.FLOAT32);
      var data = new TensorDataset(x, y.reshape(n, 1));
      var model = new io.jacquard.nn.Linear(2, 1);
      var trainer = Trainer.of(model).loss(Loss.bceWithLogits()).optimizer(SGD.of(0))
          .metric(Metric.binaryAccuracy(0), Metric.auc(), counted(), Metric.r2());
      var expected = trainer.evaluate(data);
      var history = trainer.fit(data, Fit.epochs(3).batchSize(5));
      assertEquals(Optional.empty(), history.notReplayed());
      for (var epoch : history.epochs()) {
        assertEquals(List.of("accuracy", "auc", "positives", "r2", "loss"),
            List.copyOf(epoch.values().keySet()));
        for (var name : expected.metrics().keySet())
          assertEquals(expected.value(name), epoch.value(name), 1e-12, name);
        assertEquals(expected.loss(), epoch.value("loss"), 1e-6);
      }
      assertEquals(new TensorDataset(x, y).size(), expected.samples());
      var error = assertThrows(JacquardException.class, () -> expected.value("f1"));
      assertTrue(error.getMessage().contains("[accuracy, auc, positives, r2]"), error.getMessage());
    });
  }

  /** Counts positives on the device; unlike a confusion matrix it needs no check of labels, which the host would do. */
  private static Metric counted() {
    return Metric.counts("positives", (_, target) -> Tensor.concat(0, target.gt(0.5).sum().reshape(1),
        target.lt(0.5).sum().reshape(1)), (counts, n) -> counts[0] / (counts[0] + counts[1]) + 0 * n);
  }
}
