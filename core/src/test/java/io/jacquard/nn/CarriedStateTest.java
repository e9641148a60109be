package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.DataLoader;
import io.jacquard.data.TensorDataset;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Trainer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A state that goes on from call to call. */
class CarriedStateTest {
  private static final RecurrentOptions BATCH_FIRST = RecurrentOptions.defaults().batchFirst(true);

  @Test
  void callsGoOnWhereTheLastOneEnded() {
    OnReference.run(() -> {
      for (var layer : List.of(new LSTM(3, 4, BATCH_FIRST.numLayers(2)), new GRU(3, 4, BATCH_FIRST),
          new LSTM(3, 4, BATCH_FIRST.projSize(2)))) {
        var x = Tensor.rand(2, 6, 3);
        var whole = layer.call(x);
        var carried = new CarriedState(layer, 2);
        for (int walk = 0; walk < 2; walk++) {
          var parts = new Tensor[3];
          for (int k = 0; k < 3; k++) parts[k] = carried.call(x.slice(1, 2L * k, 2L * k + 2));
          assertArrayEquals(whole.toFloats(), Tensor.concat(1, parts).toFloats(), 1e-6f);
          carried.reset();
        }
        carried.call(x);
        carried.eval();
        assertArrayEquals(whole.toFloats(), carried.call(x).toFloats(), 1e-6f);
        assertEquals(Shape.of(5, 6, whole.size(2)), carried.call(Tensor.rand(5, 6, 3)).shape());
      }
    });
  }

  @Test
  void noGradientFlowsIntoTheCallBefore() {
    OnReference.run(() -> {
      var layer = new GRU(3, 4, BATCH_FIRST);
      var carried = new CarriedState(layer, 2);
      var first = Tensor.rand(2, 3, 3);
      var second = Tensor.rand(2, 3, 3);
      var state = layer.call(first, null, null).state().detach();
      layer.call(second, state, null).output().sum().backward();
      var expected = layer.parameters().getFirst().grad().toFloats();
      layer.parameters().forEach(p -> p.leaf().clear());
      carried.call(first);
      carried.call(second).sum().backward();
      assertArrayEquals(expected, layer.parameters().getFirst().grad().toFloats(), 1e-6f);
      assertSame(layer, carried);
    });
  }

  private static void assertSame(Recurrent layer, CarriedState carried) {
    assertEquals(layer, carried.layer());
    assertEquals("CarriedState(GRU(3, 4, batch_first=true), 2)", carried.toString());
    assertTrue(carried.stateDict().containsKey("h") && carried.stateDict().containsKey("layer.weight_ih_l0"));
  }

  /** Of two numbers in each piece, the sum of all so far in the sequence: it needs what was read before. */
  private static double loss(boolean carries) {
    int pieces = 40;
    var random = Generator.current().uniform(2 * pieces * 2, -0.3, 0.3);
    var sums = new float[random.length];
    var inputs = new float[random.length];
    for (int stream = 0; stream < 2; stream++) {
      float sum = 0;
      for (int t = 0; t < pieces * 2; t++) {
        int at = ((t / 2) * 2 + stream) * 2 + t % 2; // piece after piece, in each both streams
        inputs[at] = random[stream * pieces * 2 + t];
        sum = 0.8f * sum + inputs[at];
        sums[at] = sum;
      }
    }
    var data = new TensorDataset(Tensor.of(inputs, Shape.of(2 * pieces, 2, 1)),
        Tensor.of(sums, Shape.of(2 * pieces, 2, 1)));
    var layer = new GRU(1, 8, BATCH_FIRST);
    var memory = new CarriedState(layer, 2);
    var model = Sequential.of(carries ? memory : layer, new Linear(8, 1));
    var history = Trainer.of(model).loss(Loss.mse()).optimizer(Adam.of(0.02))
        .fit(DataLoader.inOrder(data, 2), Fit.epochs(15));
    assertEquals(Optional.empty(), history.notReplayed());
    return history.epochs().getLast().value("loss");
  }

  @Test
  void aTrainingLearnsWhatIsOlderThanAPiece() {
    OnReference.run(() -> {
      double with = loss(true);
      double without = loss(false);
      assertTrue(with < without / 2, with + " with, " + without + " without");
    });
  }

  @Test
  void batchesOfAnotherSizeAreRefused() {
    OnReference.run(() -> {
      var carried = new CarriedState(new LSTM(3, 4), 2);
      var e = assertThrows(JacquardException.class, () -> carried.call(Tensor.rand(5, 3, 3)));
      assertTrue(e.getMessage().contains("batches of 2 sequences"), e.getMessage());
      assertThrows(JacquardException.class, () -> carried.call(Tensor.rand(5, 3)));
      assertThrows(JacquardException.class, () -> new CarriedState(new LSTM(3, 4), 0));
    });
  }
}
