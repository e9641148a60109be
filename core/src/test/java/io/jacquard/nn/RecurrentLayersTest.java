package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.ops.ProjectedRecurrence;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecurrentLayersTest {
  private static final RecurrentOptions PLAIN = RecurrentOptions.defaults();

  @Test
  void namesShapesAndOrderArePyTorchs() {
    OnReference.run(() -> {
      var state = new LSTM(3, 2, PLAIN.numLayers(2).bidirectional(true)).stateDict();
      assertEquals(List.of("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0",
          "weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse",
          "weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1", "weight_ih_l1_reverse",
          "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse"), List.copyOf(state.keySet()));
      assertEquals(Shape.of(8, 3), state.get("weight_ih_l0").shape());
      assertEquals(Shape.of(8, 4), state.get("weight_ih_l1").shape());
      assertEquals(List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
          List.copyOf(new GRUCell(3, 2).stateDict().keySet()));
      var values = state.get("weight_hh_l1").toFloats();
      double bound = 1 / Math.sqrt(2);
      for (float v : values) assertTrue(Math.abs(v) <= bound);
    });
  }

  @Test
  void aLongSequenceMayBeReadInParts() {
    OnReference.run(() -> {
      for (var layer : List.of(new LSTM(3, 4, PLAIN.numLayers(2)), new GRU(3, 4), new RNN(3, 4))) {
        var x = Tensor.arange(30).to(DType.FLOAT32).sin().reshape(5, 2, 3);
        var whole = layer.call(x, null, null);
        var first = layer.call(x.slice(0, 0, 2), null, null);
        var second = layer.call(x.slice(0, 2, 5), first.state().detach(), null);
        same(whole.output(), Tensor.concat(0, first.output(), second.output()));
        same(whole.state().h(), second.state().h());
        same(whole.output(), layer.call(x));
      }
    });
  }

  @Test
  void whatLiesBeyondASamplesLengthHasNoInfluence() {
    OnReference.run(() -> {
      var layer = new GRU(3, 4, PLAIN.bidirectional(true).batchFirst(true));
      var x = Tensor.arange(30).to(DType.FLOAT32).cos().reshape(2, 5, 3);
      var padded = layer.call(x, null, Tensor.of(5L, 2L));
      var alone = layer.call(x.slice(0, 1, 2).slice(1, 0, 2), null, null);
      same(alone.output(), padded.output().slice(0, 1, 2).slice(1, 0, 2));
      same(alone.state().h(), padded.state().h().slice(1, 1, 2));
      assertEquals(0, padded.output().slice(0, 1, 2).slice(1, 2, 5).abs().sum().item());
      var none = layer.call(x, null, Tensor.of(0L, 0L));
      assertEquals(0, none.state().h().abs().sum().item());
    });
  }

  @Test
  void dropoutFallsBetweenLayersInTrainingOnly() {
    OnReference.run(() -> {
      var layer = new LSTM(3, 16, PLAIN.numLayers(2).dropout(0.5));
      var x = Tensor.ones(2, 1, 3);
      var first = layer.call(x).toFloats();
      assertFalse(Arrays.equals(first, layer.call(x).toFloats()));
      layer.eval();
      var steady = layer.call(x).toFloats();
      assertArrayEquals(steady, layer.call(x).toFloats());
      layer.train();
      assertFalse(Arrays.equals(steady, layer.call(x).toFloats()));
    });
  }

  @Test
  void cellsTakeTheStepsOfLayers() {
    OnReference.run(() -> {
      var layer = new LSTM(3, 4);
      var cell = new LSTMCell(3, 4);
      var state = layer.stateDict();
      var renamed = new HashMap<String, Tensor>();
      state.forEach((key, value) -> renamed.put(key.replace("_l0", ""), value));
      cell.loadStateDict(renamed);
      var x = Tensor.arange(12).to(DType.FLOAT32).sin().reshape(2, 2, 3);
      var h = new RecurrentState(Tensor.zeros(2, 4), Tensor.zeros(2, 4));
      same(layer.call(x.slice(0, 0, 1)).squeeze(0), cell.call(x.select(0, 0)));
      for (int t = 0; t < 2; t++) h = cell.call(x.select(0, t), h);
      var all = layer.call(x, null, null);
      same(all.output().select(0, 1), h.h());
      same(all.state().cell().squeeze(0), h.cell());
      assertEquals(Shape.of(4), new RNNCell(3, 4).call(Tensor.ones(3)).shape());
    });
  }

  @Test
  void gradientsReachEveryParameterAndTheInitialState() {
    OnReference.run(() -> {
      var layer = new LSTM(3, 4, PLAIN.numLayers(2));
      var h = Tensor.zeros(2, 1, 4).requiresGrad();
      var c = Tensor.zeros(2, 1, 4).requiresGrad();
      var result = layer.call(Tensor.ones(3, 1, 3), new RecurrentState(h, c), null);
      result.state().cell().sum().backward();
      layer.namedParameters().forEach((key, p) -> assertNotNull(p.grad(), key));
      assertNotNull(h.grad());
      assertNotNull(c.grad());
    });
  }

  @Test
  void halvesAreComputedInFloat32() {
    OnReference.run(() -> {
      var layer = new LSTM(3, 4);
      var x = Tensor.ones(2, 1, 3);
      var wide = layer.call(x);
      layer.to(DType.BFLOAT16);
      var half = layer.call(x.to(DType.BFLOAT16));
      assertEquals(DType.BFLOAT16, half.dtype());
      assertTrue(half.to(DType.FLOAT32).allclose(wide, 0.03, 0.01, false));
      half.sum().backward();
      assertNotNull(layer.parameters().getFirst().grad());
    });
  }

  @Test
  void wrongUseIsExplained() {
    OnReference.run(() -> {
      var lstm = new LSTM(3, 4, PLAIN.batchFirst(true));
      var x = Tensor.ones(2, 5, 3);
      var zeros = Tensor.zeros(1, 2, 4);
      refused(() -> lstm.call(Tensor.ones(2, 5, 4)), "LSTM", "[2, 5, 4]", "[N, T, 3]");
      refused(() -> lstm.call(Tensor.ones(2, 0, 3)), "T of 1 or more");
      refused(() -> lstm.call(Tensor.ones(3)), "[3]");
      refused(() -> lstm.call(x, new RecurrentState(zeros), null), "cell state");
      refused(() -> lstm.call(x, new RecurrentState(zeros, Tensor.zeros(1, 3, 4)), null), "initial c",
          "[1, 3, 4]");
      refused(() -> lstm.call(x, null, Tensor.of(5L)), "lengths", "int64[2]");
      refused(() -> lstm.call(x, null, Tensor.of(5L, 6L)), "LSTM: length 6", "5 steps");
      refused(() -> new RNN(3, 4, PLAIN, "gelu"), "nonlinearity", "tanh, relu");
      refused(() -> new GRU(0, 4), "inputSize");
      refused(() -> new GRU(3, 0), "hiddenSize");
      refused(() -> new GRU(3, 4, PLAIN.dropout(0.1)), "one layer");
      refused(() -> PLAIN.numLayers(0), "numLayers");
      refused(() -> PLAIN.projSize(-1), "projSize");
      refused(() -> new LSTM(3, 4, PLAIN.projSize(4)), "LSTM", "projSize is 4", "hiddenSize of 4");
      refused(() -> new GRU(3, 4, PLAIN.projSize(2)), "GRU", "an LSTM only");
      refused(() -> new LSTM(3, 4, PLAIN.projSize(2)).call(Tensor.ones(5, 2, 3),
          new RecurrentState(zeros, zeros), null), "initial h", "[1, 2, 2]", "projSize");
      refused(() -> new ProjectedRecurrence(new Recurrence(RecurrentCell.GRU, true, false, false)), "GRU");
      refused(() -> new RNNCell(3, 4).call(Tensor.ones(2, 2)), "RNNCell", "[2, 2]");
      refused(() -> new GRUCell(3, 4).call(Tensor.ones(2, 3), Tensor.ones(2, 5)), "[2, 5]", "[2, 4]");
      refused(() -> new LSTMCell(3, 4).call(Tensor.ones(2, 3), new RecurrentState(Tensor.ones(2, 4))), "c");
    });
  }

  private static void refused(Runnable wrong, String... parts) {
    var message = assertThrows(JacquardException.class, wrong::run).getMessage();
    for (var part : parts) assertTrue(message.contains(part), message);
  }

  @Test
  void theyPrintAsTheyAreMade() {
    OnReference.run(() -> {
      assertEquals("LSTM(3, 4)", new LSTM(3, 4).toString());
      assertEquals("LSTM(3, 4, proj_size=2)", new LSTM(3, 4, PLAIN.projSize(2)).toString());
      assertEquals(
          "RNN(3, 4, num_layers=2, bias=false, batch_first=true, dropout=0.1, bidirectional=true, nonlinearity=relu)",
          new RNN(3, 4, new RecurrentOptions(2, false, true, 0.1, true, 0), "relu").toString());
      assertEquals("RNNCell(3, 4, bias=false, nonlinearity=relu)",
          new RNNCell(3, 4, false, "relu").toString());
      assertEquals("GRUCell(3, 4)", new GRUCell(3, 4).toString());
      assertNull(new RecurrentState(Tensor.ones(1)).c());
    });
  }

  private static void same(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toFloats(), actual.toFloats(), 2e-6f);
  }
}
