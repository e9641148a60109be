package io.jacquard.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.TensorDataset;
import io.jacquard.io.EventReader;
import io.jacquard.io.ModelFile;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.optim.SGD;
import io.jacquard.optim.Schedule;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callbacks, told of epochs with given values, and in trainings. */
class CallbackTest {
  @TempDir
  private Path folder;

  private static Epoch epoch(int number, double loss) {
    var values = new LinkedHashMap<String, Double>();
    values.put("val_loss", loss);
    return new Epoch(number, values, 1, 1, true);
  }

  /** After which epoch a callback wants to stop; 0 for never. */
  private static int stops(EarlyStopping stopping, double... losses) {
    var listener = stopping.watch(new Linear(1, 1), SGD.of(1).over(new Linear(1, 1)));
    for (int i = 0; i < losses.length; i++) {
      listener.epochDone(epoch(i + 1, losses[i]));
      if (listener.wantsStop()) return i + 1;
    }
    return 0;
  }

  @Test
  void earlyStoppingWaitsForBetterValues() {
    OnReference.run(() -> {
      var loss = EarlyStopping.on("val_loss");
      assertEquals(3, stops(loss, 3, 2, 2, 1));
      assertEquals(0, stops(loss.patience(1), 3, 2, 2, 1));
      assertEquals(5, stops(loss.patience(2), 3, 2, Double.NaN, 2, 2.5, 0));
      assertEquals(2, stops(loss.minDelta(0.5), 3, 2.6));
      assertEquals(2, stops(loss.largerIsBetter(true), 3, 2));
      assertEquals(0, stops(loss.patience(1), Double.NaN, 5));
      assertTrue(EarlyStopping.on("val_top5_accuracy").larger() && EarlyStopping.on("f1_micro").larger());
      assertFalse(EarlyStopping.on("val_perplexity").larger());
      // One that goes on counts the epochs before.
      var again = loss.patience(1).watch(new Linear(1, 1), SGD.of(1).over(new Linear(1, 1)));
      again.goesOn(List.of(epoch(1, 2), epoch(2, 3)));
      assertFalse(again.wantsStop());
      again.epochDone(epoch(3, 2.5));
      assertTrue(again.wantsStop());
      assertThrows(JacquardException.class, () -> loss.patience(-1));
      assertThrows(JacquardException.class, () -> loss.minDelta(-1));
      var error = assertThrows(JacquardException.class, () -> stops(EarlyStopping.on("val_los"), 1));
      assertTrue(error.getMessage().contains("no value 'val_los'"), error.getMessage());
    });
  }

  private static Dataset line(int count) {
    var x = Tensor.of(Generator.current().uniform(count, -1, 1), Shape.of(count, 1));
    return new TensorDataset(x, x.mul(2).contiguous());
  }

  private static Trainer trainer(Module model, double lr) {
    return Trainer.of(model).loss(Loss.mse()).optimizer(SGD.of(lr));
  }

  @Test
  void theBestModelIsSaved() {
    OnReference.run(() -> {
      var model = new Linear(1, 1);
      var best = folder.resolve("best");
      var data = line(8);
      var values = new ArrayList<float[]>();
      var losses = new ArrayList<Double>();
      // The rate grows until the training falls apart, so that the best epoch is not the last.
      trainer(model, 0.05).fit(data, Fit.epochs(8).validation(data)
          .callbacks(new LearningRateScheduler(Schedule.exponential(2)),
              ModelCheckpoint.best(best, "val_loss").metadata(Map.of("a", "b")),
              ModelCheckpoint.each(folder.resolve("each")))
          .listener(TrainingListener.onEpoch(epoch -> {
            values.add(model.weight().value().toFloats());
            losses.add(epoch.value("val_loss"));
          })));
      int at = losses.indexOf(losses.stream().min(Double::compare).orElseThrow());
      assertTrue(at < 7, losses.toString());
      assertEquals(Map.of("a", "b"), ModelFile.load(model, best));
      assertArrayEquals(values.get(at), model.weight().value().toFloats());
      ModelFile.load(model, folder.resolve("each"));
      assertArrayEquals(values.getLast(), model.weight().value().toFloats());
      // One that goes on does not take a worse epoch for the best.
      var again = ModelCheckpoint.best(folder.resolve("again"), "val_loss").largerIsBetter(false).watch(model,
          SGD.of(1).over(new Linear(1, 1)));
      again.goesOn(List.of(epoch(1, 2)));
      again.epochDone(epoch(2, 3));
      assertFalse(Files.exists(folder.resolve("again")));
    });
  }

  @Test
  void valuesAreLogged() {
    OnReference.run(() -> {
      var file = folder.resolve("log.csv");
      var data = line(8);
      var log = new CSVLogger(file);
      var history = trainer(new Linear(1, 1), 0.1).fit(data, Fit.epochs(2).validation(data).callbacks(log));
      var again = log.watch(new Linear(1, 1), SGD.of(1).over(new Linear(1, 1)));
      again.goesOn(history.epochs());
      again.epochDone(epoch(3, 0.5));
      try {
        var lines = Files.readAllLines(file);
        assertEquals("epoch,loss,val_loss", lines.getFirst());
        assertEquals("2," + history.last("loss") + "," + history.last("val_loss"), lines.get(2));
        assertEquals("3,,0.5", lines.get(3));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
  }

  @Test
  void aLossThatIsNoNumberEndsTheTrainingWhereThatIsAskedFor() {
    OnReference.run(() -> {
      var model = new Linear(1, 1);
      var data = new TensorDataset(Tensor.ones(12, 1),
          Tensor.arange(12).reshape(Shape.of(12, 1)).to(DType.FLOAT32));
      var told = new ArrayList<String>();
      var fit = Fit.epochs(50).batchSize(4);
      assertThrows(JacquardException.class, () -> trainer(new Linear(1, 1), 1e12).fit(data, fit));
      var history = trainer(model, 1e12).fit(data, fit.callbacks(new TerminateOnNaN(told::add)));
      assertEquals(1, told.size());
      assertTrue(told.getFirst().startsWith("The loss is "), told.getFirst());
      assertTrue(history.epochs().size() < 50);
      assertTrue(history.epochs().stream().allMatch(e -> Double.isFinite(e.value("loss"))));
      assertTrue(Double.isFinite(model.weight().value().sum().item()), "the weights before that step");
    });
  }

  @Test
  void ratesFallOnAPlateau() {
    OnReference.run(() -> {
      var model = new Linear(1, 1);
      var optimizer = SGD.of(0.1).over(model);
      var data = line(8);
      Trainer.of(model).loss(Loss.mse()).optimizer(optimizer).fit(data, Fit.epochs(4).validation(data)
          .callbacks(new ReduceLROnPlateau(ReduceOnPlateau.min().patience(0).threshold(0.99), "val_loss")));
      assertTrue(optimizer.lr() < 0.1, optimizer.lr() + "");
    });
  }

  /** A small network for pictures of six by six. */
  private static Sequential convolutional() {
    return Sequential.of(new Conv2d(1, 3, 3), new ReLU(), new Conv2d(3, 2, 3), new Flatten(),
        new Linear(8, 2));
  }

  @Test
  void tensorBoardGetsFiltersAndWeightsAsPictures() {
    OnReference.run(() -> {
      var data = new TensorDataset(Tensor.rand(8, 1, 6, 6), Tensor.arange(8).remainder(2));
      var model = convolutional();
      Trainer.of(model).fit(data,
          Fit.epochs(1).batchSize(4).callbacks(TensorBoard.in(folder.resolve("pictures")).images()));
      try {
        var values = EventReader.only(folder.resolve("pictures/train")).get(1).message(5).messages(1);
        assertEquals(List.of("epoch_loss", "epoch_learning_rate", "0.weight", "2.weight", "4.weight"),
            values.stream().map(v -> v.text(1)).toList());
        // Three filters of 3 x 3 in rows of two, two filters of three channels, which are colours; 2 x 8
        // weights.
        var sizes = List.of(new int[]{7, 7}, new int[]{7, 3}, new int[]{8, 2});
        for (int i = 0; i < 3; i++) {
          var image = values.get(2 + i).message(4);
          var png = ImageIO.read(new ByteArrayInputStream(image.bytes(4)));
          assertArrayEquals(sizes.get(i), new int[]{png.getWidth(), png.getHeight()});
          assertArrayEquals(sizes.get(i), new int[]{(int) image.integer(2), (int) image.integer(1)});
        }
        var weights = model.stateDict().get("4.weight").toFloats();
        double most = 0;
        for (float w : weights) most = Math.max(most, Math.abs(w));
        var png = ImageIO.read(new ByteArrayInputStream(values.get(4).message(4).bytes(4)));
        for (int i = 0; i < weights.length; i++)
          assertEquals(127.5 + 127.5 * weights[i] / most, png.getRGB(i % 8, i / 8) & 0xff, 1, "weight " + i);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
  }

  @Test
  void tensorBoardGetsEveryEpoch() {
    OnReference.run(() -> {
      var data = line(8);
      var history = trainer(new Linear(1, 1), 0.1).fit(data,
          Fit.epochs(2).validation(data).callbacks(TensorBoard.in(folder.resolve("logs")).histograms()));
      try {
        var training = EventReader.only(folder.resolve("logs/train"));
        assertEquals(3, training.size());
        var second = training.get(2);
        assertEquals(2, second.integer(2));
        var values = second.message(5).messages(1);
        assertEquals(List.of("epoch_loss", "epoch_learning_rate", "weight", "bias"),
            values.stream().map(v -> v.text(1)).toList());
        assertEquals((float) history.last("loss"), values.get(0).float32(2));
        assertEquals(0.1f, values.get(1).float32(2));
        assertEquals(1, values.get(2).message(5).float64(3), "one weight");
        var validation = EventReader.only(folder.resolve("logs/validation")).get(1).message(5).message(1);
        assertEquals("epoch_loss", validation.text(1));
        assertEquals((float) history.epochs().getFirst().value("val_loss"), validation.float32(2));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
  }
}
