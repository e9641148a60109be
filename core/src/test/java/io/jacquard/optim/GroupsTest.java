package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.io.ModelFile;
import io.jacquard.io.TensorFile;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Tanh;
import io.jacquard.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups with rules and rates of their own, and an optimizer's state, saved and loaded. */
class GroupsTest {
  private static Sequential model() {
    return Sequential.of(new Linear(3, 5), new Tanh(), new Linear(5, 2));
  }

  private static Optimizer split(Module model) {
    return Optimizer.of(AdamW.of(0.01).on(model.parameters(key -> key.endsWith("weight"))),
        SGD.of(0.1).withMomentum(0.9).withDampening(0.3).on(model.parameters(key -> key.endsWith("bias"))));
  }

  private static void step(Module model, Optimizer optimizer) {
    optimizer.zeroGrad();
    model.call(Tensor.ones(4, 3)).square().sum().backward();
    optimizer.step();
  }

  private static float[] values(Module model) {
    return Tensor.concat(0, model.parameters().stream().map(p -> p.value().flatten()).toArray(Tensor[]::new))
        .toFloats();
  }

  @Test
  void groupsInOneArenaEqualOptimizersOfTheirOwn() {
    OnReference.run(() -> {
      var together = model();
      var apart = model();
      apart.loadStateDict(together.stateDict());
      var optimizer = split(together);
      var weights = AdamW.of(0.01).over(apart.parameters(key -> key.endsWith("weight")));
      var biases = SGD.of(0.1).withMomentum(0.9).withDampening(0.3)
          .over(apart.parameters(key -> key.endsWith("bias")));
      assertSame(together.parameters().get(0).laidOutBy(), together.parameters().get(1).laidOutBy());
      for (int i = 0; i < 4; i++) {
        step(together, optimizer);
        weights.zeroGrad();
        biases.zeroGrad();
        apart.call(Tensor.ones(4, 3)).square().sum().backward();
        weights.step();
        biases.step();
      }
      assertArrayEquals(values(apart), values(together));
    });
  }

  @Test
  void ratesOfGroupsScaleTogether() {
    OnReference.run(() -> {
      var optimizer = split(model());
      optimizer.follow(Schedule.step(2, 0.5), 4);
      assertEquals(0.0025, optimizer.groups().get(0).lr());
      assertEquals(0.025, optimizer.groups().get(1).lr());
      assertEquals(0.01, optimizer.groups().get(0).initialLr());
      optimizer.groups().get(1).setLr(1);
      optimizer.follow(Schedule.step(2, 0.5), 2);
      assertEquals(0.005, optimizer.lr());
      assertEquals(0.5, optimizer.groups().get(1).lr());
      optimizer.setLr(0.2);
      assertEquals(0.2, optimizer.groups().get(0).lr());
      assertEquals(0.2, optimizer.groups().get(1).lr());
    });
  }

  @Test
  void oneCycleMovesMomentumWhereThereIsOne() {
    OnReference.run(() -> {
      var optimizer = Optimizer.of(SGD.of(1).on(new Linear(1, 1)),
          SGD.of(0.1).withMomentum(0.9).on(new Linear(1, 1)));
      optimizer.follow(Schedule.oneCycle(100), 0);
      assertEquals(1 / 25.0, optimizer.groups().get(0).lr(), 1e-12);
      assertEquals(0, optimizer.groups().get(0).momentum());
      assertEquals(0.1 / 25, optimizer.groups().get(1).lr(), 1e-12);
      assertEquals(0.95, optimizer.groups().get(1).momentum());
      optimizer.follow(Schedule.oneCycle(100), 29);
      assertEquals(0.1, optimizer.groups().get(1).lr(), 1e-12);
      assertEquals(0.85, optimizer.groups().get(1).momentum(), 1e-12);
      optimizer.follow(Schedule.oneCycle(100), 99);
      double end = optimizer.lr();
      optimizer.follow(Schedule.oneCycle(100), 1000);
      assertEquals(end, optimizer.lr(), "it stays at its end");
    });
  }

  @Test
  void aParameterOfTwoGroupsIsRefused() {
    OnReference.run(() -> {
      var layer = new Linear(2, 3);
      var error = assertThrows(JacquardException.class,
          () -> Optimizer.of(SGD.of(1).on(layer), Adam.of(1).on(layer)));
      assertTrue(error.getMessage().contains("'weight' of Linear, [3, 2] is in two groups"),
          error.getMessage());
      var group = SGD.of(1).on(layer);
      Optimizer.of(group);
      assertThrows(JacquardException.class, () -> Optimizer.of(group));
      assertThrows(JacquardException.class, Optimizer::of);
    });
  }

  @Test
  void aLoadedStateGoesOnAsIfNothingHadHappened() {
    OnReference.run(() -> {
      var whole = model();
      var optimizer = split(whole);
      for (int i = 0; i < 3; i++) step(whole, optimizer);
      optimizer.follow(Schedule.exponential(0.5), 2);

      var model = model();
      model.loadStateDict(whole.stateDict());
      var later = split(model);
      later.loadStateDict(model, optimizer.stateDict(whole));
      assertEquals(0.0025, later.lr());
      assertEquals(0.01, later.groups().getFirst().initialLr());
      for (int i = 0; i < 3; i++) {
        step(whole, optimizer);
        step(model, later);
        assertArrayEquals(values(whole), values(model));
      }
      assertEquals(6, later.stateDict(model).get("0.weight.step").item());
    });
  }

  @Test
  void aTrainingGoesOnFromFiles(@TempDir Path folder) {
    OnReference.run(() -> {
      var whole = model();
      var optimizer = split(whole);
      for (int i = 0; i < 3; i++) step(whole, optimizer);
      ModelFile.save(whole, folder.resolve("model"), Map.of());
      TensorFile.save(optimizer.stateDict(whole), folder.resolve("optimizer"), Map.of());

      var model = model();
      ModelFile.load(model, folder.resolve("model"));
      var later = split(model);
      later.loadStateDict(model, TensorFile.load(folder.resolve("optimizer")));
      step(whole, optimizer);
      step(model, later);
      assertArrayEquals(values(whole), values(model));
    });
  }

  @Test
  void theStatesKeysAreThoseOfTheParameters() {
    OnReference.run(() -> {
      var model = model();
      var optimizer = Adam.of(0.01).withAmsgrad().over(model);
      step(model, optimizer);
      var state = optimizer.stateDict(model);
      for (var name : new String[]{"step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"})
        assertTrue(state.containsKey("2.bias." + name), state.keySet().toString());
      assertEquals(Shape.of(5, 3), state.get("0.weight.exp_avg").shape());
      var g = model.parameters().getFirst().grad().toFloats();
      var m = state.get("0.weight.exp_avg").toFloats();
      for (int i = 0; i < g.length; i++) assertEquals(0.1f * g[i], m[i], 1e-6 * Math.abs(g[i]));
    });
  }

  @Test
  void aStateThatDoesNotFitIsRefusedAndNothingChanges() {
    OnReference.run(() -> {
      var model = model();
      var optimizer = Adam.of(0.01).over(model);
      step(model, optimizer);
      var before = optimizer.stateDict(model).get("0.weight.exp_avg").toFloats();
      var wrong = new LinkedHashMap<>(optimizer.stateDict(model));
      wrong.put("0.weight.exp_avg", Tensor.ones(5, 4));
      wrong.put("0.bias.exp_avg", Tensor.ones(5));
      wrong.remove("2.bias.step");
      wrong.put("other", Tensor.ones(1));
      var error = assertThrows(JacquardException.class, () -> optimizer.loadStateDict(model, wrong));
      for (var part : new String[]{"shape: 0.weight.exp_avg is [5, 4], expected [5, 3]",
          "missing: 2.bias.step", "unexpected: other"})
        assertTrue(error.getMessage().contains(part), error.getMessage());
      assertArrayEquals(before, optimizer.stateDict(model).get("0.weight.exp_avg").toFloats());
      assertThrows(JacquardException.class, () -> optimizer.stateDict(new Linear(1, 1)));
    });
  }
}
