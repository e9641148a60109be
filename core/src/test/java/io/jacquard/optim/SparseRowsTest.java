package io.jacquard.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.jacquard.OnReference;
import io.jacquard.nn.Embedding;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Sequential;
import io.jacquard.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Of a sparse parameter only those rows move that were looked up. */
class SparseRowsTest {
  private static void step(Sequential model, Optimizer optimizer, Tensor words) {
    optimizer.zeroGrad();
    model.call(words).square().sum().backward();
    optimizer.step();
  }

  private static float[] row(Tensor table, long row) {
    return table.select(0, row).toFloats();
  }

  @Test
  void momentumAndDecayLeaveOtherRowsAlone() {
    OnReference.run(() -> {
      var table = new Embedding(5, 3).sparse();
      var model = Sequential.of(table, new Linear(3, 2));
      var optimizer = AdamW.of(0.1).withWeightDecay(0.5).over(model);
      var first = new float[5][];
      for (int r = 0; r < 5; r++) first[r] = row(table.weight().value(), r);
      step(model, optimizer, Tensor.of(1L, 3L, 1L));
      var after = row(table.weight().value(), 1);
      assertNotEquals(first[1][0], after[0]);
      step(model, optimizer, Tensor.of(0L, 3L));
      assertArrayEquals(after, row(table.weight().value(), 1));
      assertArrayEquals(first[2], row(table.weight().value(), 2));
      assertArrayEquals(first[4], row(table.weight().value(), 4));
      assertNotEquals(first[0][0], row(table.weight().value(), 0)[0]);
      var state = optimizer.stateDict(model);
      assertEquals(2, state.get("0.weight.step").item());
      assertArrayEquals(new float[3], row(state.get("0.weight.exp_avg"), 2));
      assertNotEquals(0, row(state.get("0.weight.exp_avg_sq"), 1)[0]);
      assertEquals("Embedding(5, 3, sparse=true)", table.toString());
    });
  }

  @Test
  void whereAllRowsAreTouchedItIsTheUsualStep() {
    OnReference.run(() -> {
      var sparse = Sequential.of(new Embedding(3, 2).sparse(), new Linear(2, 2));
      var dense = Sequential.of(new Embedding(3, 2), new Linear(2, 2));
      dense.loadStateDict(sparse.stateDict());
      var ofSparse = Adam.of(0.1).over(sparse);
      var ofDense = Adam.of(0.1).over(dense);
      for (int i = 0; i < 3; i++) {
        step(sparse, ofSparse, Tensor.of(0L, 1L, 2L));
        step(dense, ofDense, Tensor.of(0L, 1L, 2L));
      }
      var expected = dense.stateDict();
      sparse.stateDict().forEach((key, value) -> assertArrayEquals(
          java.util.Objects.requireNonNull(expected.get(key)).toFloats(), value.toFloats(), key));
    });
  }
}
