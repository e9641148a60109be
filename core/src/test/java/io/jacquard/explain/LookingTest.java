package io.jacquard.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.data.TensorDataset;
import io.jacquard.data.image.Tiles;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Fit;
import io.jacquard.train.Trainer;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What layers give, how it is drawn, and what columns are worth. */
class LookingTest {
  @Test
  void everyLayersOutputByItsPath() {
    OnReference.run(() -> {
      var shared = new ReLU();
      var model = Sequential.of(new Linear(2, 3), shared, Sequential.of(new Linear(3, 4), shared));
      var x = Tensor.ones(5, 2);
      try (var seen = Activations.of(model, x)) {
        assertEquals(List.of("0", "1", "2.0", "1", "2", ""),
            seen.layers().stream().map(Activations.Layer::path).toList());
        assertEquals(Shape.of(5, 3), seen.at("0").shape());
        assertEquals(Shape.of(5, 4), seen.at("1").shape(), "of the last call");
        assertArrayEquals(model.call(x).toFloats(), seen.at("").toFloats());
        assertTrue(model.isTraining());
        var error = assertThrows(JacquardException.class, () -> seen.at("2.00"));
        assertTrue(error.getMessage().contains("Did you mean '2.0'?"), error.getMessage());
      }
      assertEquals(List.of("", "0", "1", "2", "2.0"), List.copyOf(model.namedModules().keySet()));
    });
  }

  @Test
  void tilesOfFiltersAndActivations() {
    OnReference.run(() -> {
      var weight = Tensor.of(new float[]{2, -4, 0, 1}, Shape.of(2, 1, 1, 2));
      assertArrayEquals(new float[]{0.75f, 0, 0.5f, 0.625f}, Tiles.filters(weight).toFloats(), 1e-6f);
      assertEquals(Shape.of(12, 1, 3, 5), Tiles.filters(Tensor.rand(3, 4, 3, 5)).shape());
      assertEquals(Shape.of(4, 3, 3, 3), Tiles.filters(Tensor.rand(4, 3, 3, 3)).shape());
      assertEquals(Shape.of(7, 1, 2, 3), Tiles.filters(Tensor.rand(7, 6), Shape.of(1, 2, 3)).shape());
      assertArrayEquals(new float[]{0.5f}, Tiles.filters(Tensor.zeros(1, 1, 1, 1)).toFloats());

      var output = Tensor.of(new float[]{1, 3, 2, 5, 5, 5}, Shape.of(2, 1, 3));
      var tiles = Tiles.activations(output);
      assertEquals(Shape.of(2, 1, 1, 3), tiles.shape());
      assertArrayEquals(new float[]{0, 1, 0.5f, 0, 0, 0}, tiles.toFloats(), 1e-6f);
      assertEquals(Shape.of(1, 1, 1, 4), Tiles.activations(Tensor.ones(4)).shape());
      for (Runnable wrong : new Runnable[]{() -> Tiles.filters(Tensor.ones(2, 2)),
          () -> Tiles.filters(Tensor.ones(2, 5), Shape.of(1, 2, 3)),
          () -> Tiles.activations(Tensor.ones(2, 2))})
        assertTrue(assertThrows(JacquardException.class, wrong::run).getMessage().startsWith("Tiles: the "));
    });
  }

  @Test
  void heatIsDrawnFromDarkToBright() {
    OnReference.run(() -> {
      var map = Tensor.of(new float[]{0, 1, -1, 0.5f}, Shape.of(2, 2));
      var hot = HeatMap.POSITIVE.draw(map).toFloats();
      assertArrayEquals(new float[]{0, 0, 0.02f}, new float[]{hot[0], hot[4], hot[8]}, 1e-6f);
      assertArrayEquals(new float[]{0.99f, 1, 0.64f}, new float[]{hot[1], hot[5], hot[9]}, 1e-6f);
      assertEquals(hot[0], hot[2], "below zero is black");
      var signed = HeatMap.SIGNED.draw(map).toFloats();
      assertEquals(0.97f, signed[0], 1e-6f, "zero is white");
      assertTrue(signed[1] > signed[9] && signed[2] < signed[10], "red above, blue below zero");
      // Channels: the largest, or their sum.
      var two = Tensor.of(new float[]{0, 2, 0, -2}, Shape.of(2, 1, 2));
      assertEquals(HeatMap.POSITIVE.draw(Tensor.of(new float[][]{{0, 2}})).toString(),
          HeatMap.POSITIVE.draw(two).toString());
      assertArrayEquals(new float[]{0.97f, 0.97f, 0.97f, 0.97f, 0.97f, 0.97f},
          HeatMap.SIGNED.draw(two).toFloats(), 1e-6f);
      var over = HeatMap.POSITIVE.over(Tensor.ones(1, 2, 2), map);
      assertEquals(Shape.of(3, 2, 2), over.shape());
      assertEquals(0.9f, over.toFloats()[0], 1e-6f, "what counts nothing stays the picture");
      for (Runnable wrong : new Runnable[]{() -> HeatMap.SIGNED.draw(Tensor.ones(1)),
          () -> HeatMap.SIGNED.over(Tensor.ones(1, 3, 2), map)})
        assertTrue(assertThrows(JacquardException.class, wrong::run).getMessage().startsWith("HeatMap: "));
    });
  }

  /** The target follows from the first column and both inputs of the third; the others say nothing. */
  private static TensorDataset planted(int rows) {
    var values = Generator.current().uniform(5 * rows, -1, 1);
    var targets = new float[rows];
    for (int i = 0; i < rows; i++)
      targets[i] = 3 * values[5 * i] + 2 * values[5 * i + 2] * Math.abs(values[5 * i + 3]);
    return new TensorDataset(Tensor.of(values, Shape.of(rows, 5)), Tensor.of(targets, Shape.of(rows, 1)));
  }

  @Test
  void importanceFindsPlantedColumns() {
    OnReference.run(() -> {
      var trainer = Trainer.of(Sequential.of(new Linear(5, 16), new ReLU(), new Dropout(0.01),
          new Linear(16, 1))).loss(Loss.mse()).optimizer(Adam.of(0.02));
      trainer.fit(planted(400), Fit.epochs(12).batchSize(20));
      var widths = new LinkedHashMap<String, Integer>();
      widths.put("strong", 1);
      widths.put("noise", 1);
      widths.put("pair", 2);
      widths.put("more noise", 1);
      var test = planted(200);
      var found = PermutationImportance.of(trainer, test, widths, 4);
      assertEquals(trainer.evaluate(test).loss(), found.loss(), 1e-6);
      var names = found.sorted().stream().map(PermutationImportance.Column::name).toList();
      assertEquals(List.of("strong", "pair"), names.subList(0, 2), found.toString());
      // A permuted column adds twice the variance of what it contributed: 2 * 9 / 3.
      var strong = found.columns().getFirst();
      assertEquals(6, strong.mean(), 1.5, found.toString());
      assertTrue(strong.std() > 0 && strong.std() < 1.5, found.toString());
      for (var each : found.columns()) {
        if (each.name().contains("noise"))
          assertTrue(Math.abs(each.mean()) < 0.05 * strong.mean(), found.toString());
      }
      assertEquals(0, PermutationImportance.of(trainer, test, widths, 1).columns().getFirst().std());
      widths.put("too many", 1);
      assertTrue(
          assertThrows(JacquardException.class, () -> PermutationImportance.of(trainer, test, widths, 1))
              .getMessage().contains("expected rows [N, 6]"));
      assertThrows(JacquardException.class, () -> PermutationImportance.of(trainer, test, widths, 0));
    });
  }
}
