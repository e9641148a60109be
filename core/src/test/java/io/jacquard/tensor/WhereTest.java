package io.jacquard.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.contract.ReferenceBackend;
import io.jacquard.expr.Program;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.SGD;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.View;
import io.jacquard.tensor.Where.Part;
import io.jacquard.tensor.Where.Spot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of a backend's call while it is made. */
class WhereTest {
  /** Notes where each map came from. */
  private static final class Spots extends ForwardingBackend {
    final List<Spot> maps = new ArrayList<>();

    Spots() {
      super(new ReferenceBackend());
    }

    @Override
    public void map(Program program, long[] params, View[] in, View[] out) {
      maps.add(Where.spot());
      super.map(program, params, in, out);
    }
  }

  private static void step(Spots backend, boolean tracked) {
    Device.with(new Device(backend), () -> {
      try (var _ = Scope.open()) {
        var inner = Sequential.of(new LayerNorm(4), new ReLU(), new Dropout(0.5f));
        var model = Sequential.of(new Linear(3, 4), inner, new Linear(4, 2));
        var optimizer = SGD.of(0.1).over(model);
        var x = Tensor.ones(5, 3);
        backend.maps.clear();
        Runnable body = () -> {
          try (var _ = Where.during(Part.FORWARD)) {
            var loss = Checkpoint.of(model::call, x).square().mean();
            loss.backward();
            optimizer.step();
          }
        };
        if (tracked) Where.tracked(body);
        else body.run();
      }
    });
  }

  @Test
  void callsAreInLayersPartsAndOperations() {
    var backend = new Spots();
    step(backend, true);
    var texts = backend.maps.stream().map(Spot::toString).distinct().toList();
    assertTrue(texts.contains("relu in layer '1.1', ReLU(), forward"), texts.toString());
    assertTrue(texts.contains("square, outside of layers, forward"), texts.toString());
    assertTrue(texts.contains("optimizer, outside of layers"), texts.toString());
    assertTrue(
        texts.stream().anyMatch(t -> t.contains("for the gradient of relu in layer '1.1', ReLU(), backward")),
        texts.toString());
    assertTrue(
        texts.stream().anyMatch(t -> t.matches("relu, for the gradient of checkpoint in layer '1.1'.*")),
        "what a checkpoint computes again is in its layer, too: " + texts);
    assertEquals(List.of(Part.FORWARD, Part.BACKWARD, Part.OPTIMIZER),
        backend.maps.stream().map(Spot::part).distinct().toList());
  }

  @Test
  void ofALayerWithPartsOnlyWhatItIsIsSaid() {
    Device.with(new Device(new Spots()), () -> Where.tracked(() -> {
      try (var _ = Scope.open();
          var _ = Where.inside("features", Sequential.of(new Linear(3, 4), new ReLU()))) {
        assertTrue(Where.spot().toString().contains("in layer 'features', Sequential"),
            Where.spot().toString());
        assertFalse(Where.spot().toString().contains("("), Where.spot().toString());
      }
    }));
  }

  @Test
  void whereNoOneAsksNothingIsKnown() {
    var backend = new Spots();
    step(backend, false);
    assertEquals(List.of(Spot.NOWHERE), backend.maps.stream().distinct().toList());
    assertEquals(0, Where.nanos().length);
  }

  @Test
  void timeIsThatOfTheInnermostPart() {
    Where.tracked(() -> {
      try (var _ = Where.during(Part.FORWARD)) {
        long[] before = Where.nanos();
        try (var _ = Where.during(Part.DATA)) {
          long end = System.nanoTime() + 2_000_000;
          while (System.nanoTime() < end) Thread.onSpinWait();
        }
        long[] after = Where.nanos();
        long data = after[Part.DATA.ordinal()] - before[Part.DATA.ordinal()];
        assertTrue(data >= 2_000_000, data + " ns");
        assertEquals(before[Part.OUTSIDE.ordinal()], after[Part.OUTSIDE.ordinal()]);
        assertTrue(after[Part.FORWARD.ordinal()] > before[Part.FORWARD.ordinal()]);
      }
    });
  }
}
