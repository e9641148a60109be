package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.optim.SGD;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What all modules share: keys, modes, freezing, saving and loading, and errors that name the layer. */
class ModuleTest {
  /** A network as a user writes one, with a buffer and a nested container. */
  private static final class Net extends Module {
    final Parameter scale = parameter("scale", Tensor.ones(1));
    final Parameter seen = buffer("seen", Tensor.of(0L));
    final Sequential features = add("features", Sequential.of(new Flatten(), new Linear(4, 3), new ReLU()));
    final Linear head = add("head", new Linear(3, 2));

    @Override
    protected Tensor forward(Tensor x) {
      return head.call(features.call(x)).mul(scale.value());
    }
  }

  @Test
  void keysAreThoseOfPyTorch() {
    OnReference.run(() -> {
      var net = new Net();
      assertEquals(List.of("scale", "features.1.weight", "features.1.bias", "head.weight", "head.bias"),
          List.copyOf(net.namedParameters().keySet()));
      assertEquals(List.of("seen"), List.copyOf(net.namedBuffers().keySet()));
      assertEquals(
          List.of("scale", "seen", "features.1.weight", "features.1.bias", "head.weight", "head.bias"),
          List.copyOf(net.stateDict().keySet()));
      assertEquals(1 + 12 + 3 + 6 + 2, net.parameterCount());
      assertEquals("""
          Net(
            (features): Sequential(
              (0): Flatten()
              (1): Linear(4, 3)
              (2): ReLU()
            )
            (head): Linear(3, 2)
          )""", net.toString());
    });
  }

  @Test
  void namesAreUniqueAndWithoutDots() {
    OnReference.run(() -> {
      var error = assertThrows(JacquardException.class, () -> new Net().parameter("head", Tensor.ones(1)));
      assertTrue(error.getMessage().contains("Net has something called 'head' already"), error.getMessage());
      assertThrows(JacquardException.class, () -> new Net().add("a.b", new ReLU()));
      assertThrows(JacquardException.class, () -> new Net().parameter("a.b", Tensor.ones(1)));
      assertThrows(JacquardException.class, () -> new Net().add("", new ReLU()));
    });
  }

  @Test
  void aSharedParameterAppearsOnce() {
    OnReference.run(() -> {
      var shared = new Linear(2, 2);
      var model = Sequential.of(shared, new ReLU(), shared);
      assertEquals(List.of("0.weight", "0.bias"), List.copyOf(model.namedParameters().keySet()));
      assertEquals(6, model.parameterCount());
    });
  }

  @Test
  void modesReachEveryModule() {
    OnReference.run(() -> {
      var net = new Net();
      assertTrue(net.features.isTraining());
      assertSame(net, net.eval());
      assertFalse(net.isTraining());
      assertFalse(net.features.children().get("1").isTraining());
      net.train();
      assertTrue(net.features.children().get("1").isTraining());
    });
  }

  @Test
  void frozenParametersGetNoGradientAndLoseTheOneTheyHad() {
    OnReference.run(() -> {
      var net = new Net();
      net.call(Tensor.ones(2, 4)).sum().backward();
      assertNotNull(net.features.parameters().getFirst().grad());
      net.features.freeze();
      assertNull(net.features.parameters().getFirst().grad());
      var y = net.call(Tensor.ones(2, 4));
      assertTrue(y.isRecorded());
      y.sum().backward();
      assertNull(net.features.parameters().getFirst().grad());
      assertNotNull(net.head.weight().grad());
      net.freeze();
      assertFalse(net.call(Tensor.ones(2, 4)).isRecorded());
      net.unfreeze();
      net.call(Tensor.ones(2, 4)).sum().backward();
      assertNotNull(net.features.parameters().getFirst().grad());
      assertTrue(net.seen.isFrozen(), "a buffer is never trained");
    });
  }

  @Test
  void statesAreCopiedIntoAnotherModel() {
    OnReference.run(() -> {
      var from = new Net();
      var to = new Net();
      from.seen.assign(Tensor.of(7L));
      var x = Tensor.arange(8).to(DType.FLOAT32).reshape(2, 4);
      assertFalse(Arrays.equals(from.call(x).toFloats(), to.call(x).toFloats()));
      to.loadStateDict(from.stateDict());
      assertArrayEquals(from.call(x).toFloats(), to.call(x).toFloats());
      assertEquals(7, to.seen.value().item());
      from.head.bias().assign(Tensor.of(100f, 100f));
      assertFalse(to.head.bias().value().toFloats()[0] == 100, "values are copied, not shared");
    });
  }

  @Test
  void float64ValuesAreConverted() {
    OnReference.run(() -> {
      var layer = new Linear(1, 2);
      layer.loadStateDict(
          Map.of("weight", Tensor.of(new double[]{1.5, 2.5}, Shape.of(2, 1)), "bias", Tensor.of(0.0, 1.0)));
      assertEquals(DType.FLOAT32, layer.weight().dtype());
      assertArrayEquals(new float[]{1.5f, 2.5f}, layer.weight().value().toFloats());
    });
  }

  @Test
  void boolBuffersCanBeSavedAndLoaded() {
    OnReference.run(() -> {
      class Masked extends Module {
        final Parameter mask = buffer("mask", Tensor.of(true, false));

        @Override
        protected Tensor forward(Tensor x) {
          return x;
        }
      }
      var masked = new Masked();
      masked.loadStateDict(Map.of("mask", Tensor.of(false, true)));
      assertArrayEquals(new long[]{0, 1}, masked.mask.value().toLongs());
      var error = assertThrows(JacquardException.class,
          () -> masked.loadStateDict(Map.of("mask", Tensor.of(1f, 2f))));
      assertTrue(error.getMessage().contains("type: mask is float32, expected bool"), error.getMessage());
    });
  }

  @Test
  void whatDoesNotFitIsListedAndNothingIsLoaded() {
    OnReference.run(() -> {
      var net = new Net();
      var before = net.stateDict().values().stream().map(Tensor::toDoubles).toList();
      var values = new LinkedHashMap<>(new Net().stateDict());
      values.remove("head.bias");
      values.put("head.weight", Tensor.ones(3, 2));
      values.put("features.3.bias", Tensor.ones(1));
      values.put("seen", Tensor.of(1f));
      var error = assertThrows(JacquardException.class, () -> net.loadStateDict(values));
      assertEquals("""
          The values do not fit Net, nothing was loaded:
            type: seen is float32, expected int64
            shape: head.weight is [3, 2], expected [2, 3]
            missing: head.bias [2]
            unexpected: features.3.bias
          Build the model as it was when it was saved, then load it.""", error.getMessage());
      var after = net.stateDict().values().stream().map(Tensor::toDoubles).toList();
      for (int i = 0; i < before.size(); i++) assertArrayEquals(before.get(i), after.get(i));
    });
  }

  @Test
  void freedValuesAreRefusedBeforeAnythingIsLoaded() {
    OnReference.run(() -> {
      var layer = new Linear(1, 1);
      var before = layer.weight().value().item();
      var freed = Tensor.ones(1);
      freed.close();
      var error = assertThrows(JacquardException.class,
          () -> layer
              .loadStateDict(Map.of("weight", Tensor.full(Shape.of(1, 1), DType.FLOAT32, 9), "bias", freed)));
      assertTrue(error.getMessage().contains("freed: bias"), error.getMessage());
      assertEquals(before, layer.weight().value().item());
      assertThrows(JacquardException.class, () -> layer.bias().assign(freed));
    });
  }

  @Test
  void aParameterTakesItsOwnTranspose() {
    OnReference.run(() -> {
      var layer = new Linear(2, 2);
      layer.weight().assign(Tensor.of(new float[][]{{1, 2}, {3, 4}}));
      layer.weight().assign(layer.weight().value().mT());
      assertArrayEquals(new float[]{1, 3, 2, 4}, layer.weight().value().toFloats());
      var error = assertThrows(JacquardException.class, () -> layer.weight().assign(Tensor.ones(2, 3)));
      assertTrue(error.getMessage().contains("[2, 3], expected [2, 2]"), error.getMessage());
    });
  }

  @Test
  void errorsNameTheLayerByItsPath() {
    OnReference.run(() -> {
      var error = assertThrows(LayerException.class, () -> new Net().call(Tensor.ones(2, 5)));
      assertTrue(error.getMessage().startsWith(
          "Layer 'features.1', Linear(4, 3): linear: input [2, 5] does not fit weight [3, 4]: "),
          error.getMessage());
    });
  }

  @Test
  void errorsInAContainersOwnForwardNameItInOneLine() {
    OnReference.run(() -> {
      class Wrong extends Module {
        final Linear inside = add("inside", new Linear(2, 2));

        @Override
        protected Tensor forward(Tensor x) {
          return inside.call(x).matmul(Tensor.ones(3, 3));
        }
      }
      var error = assertThrows(LayerException.class,
          () -> Sequential.of(new Wrong()).call(Tensor.ones(1, 2)));
      assertTrue(error.getMessage().startsWith("Layer '0', Wrong: matmul"), error.getMessage());
    });
  }

  @Test
  void observersSeeEveryModuleInnermostFirst() {
    OnReference.run(() -> {
      var seen = new ArrayList<String>();
      var net = new Net();
      Module.observing((module, y) -> seen.add(module.name() + y.shape()), () -> net.call(Tensor.ones(2, 4)));
      assertEquals(List.of("0[2, 4]", "1[2, 3]", "2[2, 3]", "features[2, 3]", "head[2, 2]", "null[2, 2]"),
          seen);
    });
  }

  @Test
  void aCallFreesItsTemporariesAndKeepsItsResult() {
    OnReference.run(() -> {
      var net = new Net();
      net.freeze();
      var x = Tensor.ones(2, 4);
      long before = x.device().memory().liveBytes();
      try (var _ = Scope.open()) {
        var y = net.call(x);
        assertFalse(y.isClosed());
        // Four floats are less than the smallest block of 64 bytes.
        assertEquals(before + 64, x.device().memory().liveBytes());
      }
      assertEquals(before, x.device().memory().liveBytes());
    });
  }

  @Test
  void aModelMovesToAnotherDevice() {
    OnReference.run(() -> {
      var net = new Net();
      var x = Tensor.ones(2, 4);
      var here = net.call(x).toFloats();
      var there = ReferenceBackend.device();
      assertSame(net, net.to(there));
      assertSame(there, net.head.weight().device());
      assertSame(there, net.seen.device());
      assertEquals(Shape.of(2, 3), net.head.weight().shape());
      assertArrayEquals(here, net.call(x.to(there)).toFloats());
      var error = assertThrows(JacquardException.class, () -> net.call(x));
      assertTrue(error.getMessage().contains("Move one of them"), error.getMessage());
      net.call(x.to(there)).sum().backward();
      assertSame(there, net.head.weight().grad().device());
    });
  }

  @Test
  void gradientsMoveAlong() {
    OnReference.run(() -> {
      var layer = new Linear(2, 1);
      layer.call(Tensor.of(new float[][]{{3, 4}})).sum().backward();
      var there = ReferenceBackend.device();
      layer.to(there);
      assertSame(there, layer.weight().grad().device());
      assertArrayEquals(new float[]{3, 4}, layer.weight().grad().toFloats());
      layer.call(Tensor.of(new float[][]{{1, 1}}).to(there)).sum().backward();
      assertArrayEquals(new float[]{4, 5}, layer.weight().grad().toFloats());
    });
  }

  @Test
  void aModelIsConvertedToAnotherFloatingType() {
    OnReference.run(() -> {
      var net = new Net();
      net.call(Tensor.ones(2, 4)).sum().backward();
      assertSame(net, net.to(DType.BFLOAT16));
      assertEquals(DType.BFLOAT16, net.head.weight().dtype());
      assertEquals(DType.BFLOAT16, net.scale.dtype());
      assertEquals(DType.INT64, net.seen.dtype());
      assertNull(net.head.weight().grad());
      net.call(Tensor.ones(2, 4).to(DType.BFLOAT16)).sum().backward();
      assertEquals(DType.BFLOAT16, net.head.weight().grad().dtype());
      var error = assertThrows(JacquardException.class, () -> net.to(DType.INT32));
      assertTrue(error.getMessage().contains("expected a floating type"), error.getMessage());
      net.to(DType.FLOAT64);
      SGD.of(0.1).over(net);
      error = assertThrows(JacquardException.class, () -> net.to(DType.FLOAT32));
      assertTrue(error.getMessage().contains("then make the optimizer"), error.getMessage());
    });
  }
}
