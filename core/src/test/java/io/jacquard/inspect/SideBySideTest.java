package io.jacquard.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.io.Safetensors.Entry;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.spi.Call;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Where;
import io.jacquard.tensor.Where.Part;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A fault in one call is found, and only that one. */
class SideBySideTest {
  private static final Set<String> NONE = Set.of();

  /** A training step in which everything occurs: products, maps, sums, composite operations, an optimizer. */
  private static void step(SideBySide all) {
    Generator.with(new Generator(1), () -> Device.with(new Device(all), () -> {
      try (var _ = Scope.open()) {
        var model = Sequential.of(new Linear(6, 5), new LayerNorm(5), new ReLU(), new Linear(5, 3));
        var optimizer = Adam.of(1e-3).over(model);
        var x = Tensor.randn(4, 6);
        var y = Tensor.of(0L, 2L, 1L, 1L);
        Where.tracked(() -> {
          try (var _ = Where.during(Part.FORWARD)) {
            Loss.crossEntropy().of(model.call(x), y).backward();
            optimizer.step();
          }
        });
      }
    }));
  }

  private static SideBySide with(Predicate<Call> wrong, Set<String> takes) {
    var all = new SideBySide(
        List.of(ReferenceBackend.device(), FaultyBackend.device("faulty", wrong, takes)));
    step(all);
    return all;
  }

  @Test
  void whatIsRightAgrees() {
    var all = with(_ -> false, Set.of("layer_norm", "cross_entropy"));
    assertTrue(all.first().isEmpty());
    assertTrue(all.calls() > 20, all.calls() + " calls");
    assertEquals(all.calls(), all.tallies().stream().mapToInt(Tally::calls).sum());
    var names = all.tallies().stream().map(Tally::call).toList();
    assertTrue(names.containsAll(List.of("map", "matmul", "reduce sum", "layer_norm", "cross_entropy")),
        names.toString());
  }

  @Test
  void theFirstFaultyCallIsNamedWithItsLayer() {
    var all = with(call -> call.name().equals("matmul") && call.outputs()[0].shape().equals(Shape.of(4, 3)),
        NONE);
    var found = all.first().orElseThrow();
    assertEquals("matmul", found.name());
    assertEquals("linear in layer '3', Linear(5, 3), forward", found.spot().toString());
    assertEquals(List.of("reference", "faulty"), found.devices());
    assertEquals("[3, 2]", found.index());
    assertEquals(1, found.count());
    assertEquals(found.expected() * 1.001 + 0.001, found.found(), 1e-6);
    assertTrue(found.describe().contains("float32[4, 5]"), found.describe());
    int differing = all.tallies().stream().mapToInt(Tally::differing).sum();
    assertEquals(1, differing, "what is computed from it starts from the right numbers");
    assertEquals(found.expected(), valuesOf(all.evidence().orElseThrow().expected().getFirst())[11]);
    assertEquals(found.found(), valuesOf(all.evidence().orElseThrow().found().getFirst())[11]);
  }

  private static float[] valuesOf(Entry entry) {
    return entry.data().toArray(ValueLayout.JAVA_FLOAT);
  }

  @Test
  void aFaultInTheBackwardPassIsInItsLayer() {
    var all = with(call -> call.name().equals("matmul") && call.outputs()[0].shape().equals(Shape.of(6, 5))
        || call.name().equals("matmul") && call.outputs()[0].shape().equals(Shape.of(5, 6)), NONE);
    var spot = all.first().orElseThrow().spot();
    assertEquals(Part.BACKWARD, spot.part());
    assertEquals("linear", spot.gradientOf());
    assertTrue(spot.toString().contains("in layer '0', Linear(6, 5)"), spot.toString());
  }

  @Test
  void aFasterPathIsComparedWithItsParts() {
    for (var first : List.of(Set.of("layer_norm"), NONE)) {
      var second = first.isEmpty() ? Set.of("layer_norm") : NONE;
      var all = new SideBySide(List.of(FaultyBackend.device("a", call -> call instanceof Call.Run, first),
          FaultyBackend.device("b", call -> call instanceof Call.Run, second)));
      step(all);
      var found = all.first().orElseThrow();
      assertEquals("layer_norm", found.name(), "taken by the first: " + !first.isEmpty());
      assertEquals("layer_norm in layer '1', LayerNorm([5]), forward", found.spot().toString());
    }
  }

  @Test
  void ofThreeTheOneThatIsWrongIsNamed() {
    var all = new SideBySide(
        List.of(ReferenceBackend.device(), FaultyBackend.device("right", _ -> false, NONE),
            FaultyBackend.device("wrong", call -> call.name().equals("reduce sum"), NONE)));
    step(all);
    assertEquals(List.of("reference", "wrong"), all.first().orElseThrow().devices());
    assertTrue(
        all.tallies().stream().filter(t -> t.device().equals("right")).allMatch(t -> t.differing() == 0));
  }

  @Test
  void theCallIsRepeatedOnItsSavedInputs() {
    Predicate<Call> wrong = call -> call.name().equals("matmul");
    var all = with(wrong, NONE);
    var found = all.first().orElseThrow();
    var inputs = all.evidence().orElseThrow().inputs();
    var devices = List.of(ReferenceBackend.device(), FaultyBackend.device("faulty", wrong, NONE));
    var again = SideBySide.replaying(devices, found.call(), found.name(), inputs);
    step(again);
    assertTrue(again.targetMet());
    assertEquals(found, again.first().orElseThrow());

    var mended = SideBySide.replaying(List.of(ReferenceBackend.device(), ReferenceBackend.device()),
        found.call(),
        found.name(), inputs);
    step(mended);
    assertTrue(mended.targetMet() && mended.first().isEmpty());

    var another = SideBySide.replaying(devices, found.call(), "argsort", inputs);
    step(another);
    assertFalse(another.targetMet() || another.first().isPresent());
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    Predicate<Call> wrong = call -> call.name().equals("matmul");
    var found = with(wrong, NONE).first().orElseThrow();
    var devices = List.of(ReferenceBackend.device(), ReferenceBackend.device());
    var other = new Entry(DType.FLOAT32, Shape.of(2), Arena.ofAuto().allocate(8));
    for (var inputs : List.of(List.of(other), List.of(other, other, other))) {
      var all = SideBySide.replaying(devices, found.call(), "matmul", inputs);
      var message = assertThrows(JacquardException.class, () -> step(all)).getMessage();
      assertTrue(message.contains("saved"), message);
    }
  }

  @Test
  void integersMustBeEqual() {
    var all = new SideBySide(List.of(ReferenceBackend.device(),
        FaultyBackend.device("faulty", call -> call.name().equals("argsort"), NONE)));
    Device.with(new Device(all), () -> {
      try (var _ = Scope.open()) {
        Tensor.of(3f, 1f, 2f).argsort(0);
      }
    });
    var found = all.first().orElseThrow();
    assertEquals(0, found.allowed());
    assertEquals("argsort", found.name());
    assertTrue(found.describe().contains("at [2]  reference has 0, faulty has 1"), found.describe());
  }

  @Test
  void oneDeviceIsNoComparison() {
    assertThrows(IllegalArgumentException.class, () -> new SideBySide(List.of(ReferenceBackend.device())));
  }
}
