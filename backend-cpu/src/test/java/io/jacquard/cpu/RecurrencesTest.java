package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Recurrent sequences have the same bits on any number of threads; their values are the contract suite's business. */
class RecurrencesTest {
  private static final int STEPS = 5;
  private static final int INPUTS = 3;

  /** The states and all gradients. */
  private static Results results(Recurrence op, int batch, int hidden, int threads) {
    return Results.of(threads, KernelCompiler.Mode.NEVER, random -> {
      long rows = (long) op.cell().gates() * hidden;
      var in = new ArrayList<Tensor>();
      in.add(Results.tensor(Shape.of(STEPS, batch, INPUTS), random).requiresGrad());
      // as one gets them from slices and transposes, not side by side
      in.add(Results.tensor(Shape.of(hidden, batch), random).mT());
      if (op.cell().hasCellState())
        in.add(Results.tensor(Shape.of(batch, 2 * hidden), random).slice(1, 0, hidden));
      in.add(Results.tensor(Shape.of(INPUTS, rows), random).mT().requiresGrad());
      in.add(Results.tensor(Shape.of(hidden, rows), random).mT().requiresGrad());
      for (int k = 0; op.bias() && k < 2; k++) in.add(Results.tensor(Shape.of(rows), random).requiresGrad());
      var out = Tensor.apply(op, in.toArray(Tensor[]::new));
      var all = new ArrayList<Tensor>(List.of(out[0]));
      out[0].backward(Results.tensor(out[0].shape(), random));
      for (var x : in) {
        var gradient = x.grad();
        if (gradient != null) all.add(gradient);
      }
      return all;
    });
  }

  @ParameterizedTest
  @EnumSource(RecurrentCell.class)
  void theSameBitsOnAnyNumberOfThreads(RecurrentCell cell) {
    // enough work for an LSTM's and a GRU's samples to be shared out, in shares that are no whole tiles
    boolean reverse = cell == RecurrentCell.GRU;
    var op = new Recurrence(cell, cell != RecurrentCell.RNN_RELU, reverse, false);
    var expected = results(op, 13, 72, 1);
    for (int threads = 2; threads <= 3; threads++)
      results(op, 13, 72, threads).assertSameAs(expected, op + ", " + threads + " threads");
  }

  @Test
  void aFewSamplesOnTwoThreads() {
    var op = new Recurrence(RecurrentCell.GRU, true, false, false);
    results(op, 3, 20, 2).assertSameAs(results(op, 3, 20, 1), "3 samples, 2 threads");
  }

  private static View matrix(int rows, int columns, SplittableRandom random) {
    long bytes = 4L * rows * columns;
    var buffer = new CpuBuffer(Memory.allocate(bytes), bytes);
    for (long at = 0; at < bytes; at += 4)
      Memory.setFloat(buffer.address + at, (float) random.nextDouble(-1, 1));
    return new View(buffer, DType.FLOAT32, Layout.contiguous(Shape.of(rows, columns)));
  }

  private static float[] values(View view) {
    var values = new float[(int) view.numel()];
    long start = Views.address(view, "test");
    for (int i = 0; i < values.length; i++) values[i] = Memory.getFloat(start + 4L * i);
    return values;
  }

  /** Sums in one piece and in two; whole vectors of columns and not; B by rows and by columns. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "37, 5, 3", "64, 96, 16", "1600, 53, 9"})
  void repeatedProductsHaveTheBitsOfOrdinaryOnes(int depth, int columns, int rows) {
    var random = new SplittableRandom(7);
    try (var kernels = new Kernels(KernelCompiler.Mode.NEVER); var workers = Workers.of(2)) {
      var products = new Products(workers, new Maps(workers, kernels), kernels.compiler);
      var a = matrix(rows, depth, random);
      for (var b : List.of(matrix(depth, columns, random),
          Blocks.transposed(matrix(columns, depth, random)))) {
        for (boolean adds : new boolean[]{false, true}) {
          var c = matrix(rows, columns, random);
          var expected = matrix(rows, columns, random);
          Memory.copy(Views.address(c, "c"), Views.address(expected, "c"), 4 * c.numel());
          products.run(adds ? Gemm.ACCUMULATE : Gemm.PLAIN, new long[0], a, b, new View[0],
              new View[]{expected});
          try (var product = RepeatedProduct.of(products, workers, b, STEPS)) {
            product.run(rows, Views.address(a, "a"), depth, adds, Views.address(c, "c"), columns);
          }
          assertArrayEquals(values(expected), values(c), adds ? "added" : "stored");
        }
      }
    }
  }
}
