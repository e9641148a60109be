package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.check.Workbench;
import io.jacquard.kernels.plan.ProductSize;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.Window;
import io.jacquard.spi.Operation;
import java.util.List;

/**
 * Convolutions of 3 x 3 over square images that lie channels-last, or the gradients of their weights.
 *
 * @param edge pixels of an image along each side
 */
record ConvolutionProblem(boolean weight, int images, int edge, int channels,
    int outputs) implements TuningProblem {
  private static final Window SAME = window(new Window.Axis(3, 1, 1, 1, 1), new Window.Axis(3, 1, 1, 1, 1));
  /** Of the convolution that is checked: steps and padding that differ, sizes that are no multiple of any tile. */
  private static final Window.Axis DOWN = new Window.Axis(3, 2, 1, 1, 1);
  private static final Window.Axis ACROSS = new Window.Axis(2, 1, 1, 0, 2);
  private static final int N = 3;
  private static final int H = 11;
  private static final int W = 10;
  private static final int C = 5;
  private static final int O = 37;

  private static Window window(Window.Axis... axes) {
    return new Window(List.of(axes));
  }

  @Override
  public ProductSize size() {
    return weight ? ProductSize.CONVOLUTION_WEIGHT : ProductSize.CONVOLUTION;
  }

  @Override
  public double operations() {
    return 2.0 * 9 * images * edge * edge * channels * outputs;
  }

  @Override
  public MatmulTile usual(Tuning tuning) {
    return tuning.vectors()
        ? tuning.convolutionVectors(DType.FLOAT32, size(), outputs)
        : tuning.convolutionTile(DType.FLOAT32, size());
  }

  private Operation op(Window window) {
    return weight ? new ConvolutionWeightGradient(window, 1) : new Convolution(window, 1);
  }

  @Override
  public Trial timed(Workbench bench) {
    var x = bench.floats(Trial.wholes(images * edge * edge * channels, 7), images, edge, edge, channels);
    var y = bench.floats(Trial.wholes(images * edge * edge * outputs, 5), images, edge, edge, outputs);
    var w = bench.floats(Trial.wholes(9 * channels * outputs, 11), 3, 3, channels, outputs);
    return weight ? new Trial(op(SAME), x, y, w, null) : new Trial(op(SAME), x, w, y, null);
  }

  @Override
  public List<Trial> checks(Workbench bench) {
    int p = (int) DOWN.outputs(H);
    int q = (int) ACROSS.outputs(W);
    var x = Trial.wholes(N * H * W * C, 7);
    var y = Trial.wholes(N * p * q * O, 5);
    var w = Trial.wholes(DOWN.kernel() * ACROSS.kernel() * C * O, 11);
    var expected = new float[weight ? w.length : y.length];
    for (int row = 0; row < N * p * q; row++) {
      for (int tap = 0; tap < DOWN.kernel() * ACROSS.kernel(); tap++) {
        long h = DOWN.position(row / q % p, tap / ACROSS.kernel());
        long v = ACROSS.position(row % q, tap % ACROSS.kernel());
        if (h < 0 || h >= H || v < 0 || v >= W) continue;
        int pixel = (int) ((row / q / p * H + h) * W + v) * C;
        for (int c = 0; c < C; c++) {
          for (int o = 0; o < O; o++) {
            int ofWeight = (tap * C + c) * O + o;
            int ofResult = row * O + o;
            if (weight)
              expected[ofWeight] += x[pixel + c] * y[ofResult];
            else
              expected[ofResult] += x[pixel + c] * w[ofWeight];
          }
        }
      }
    }
    var image = bench.floats(x, N, H, W, C);
    var kernel = new long[]{DOWN.kernel(), ACROSS.kernel(), C, O};
    var op = op(window(DOWN, ACROSS));
    return List.of(weight
        ? new Trial(op, image, bench.floats(y, N, p, q, O), bench.empty(DType.FLOAT32, kernel), expected)
        : new Trial(op, image, bench.floats(w, kernel), bench.empty(DType.FLOAT32, N, p, q, O), expected));
  }

  @Override
  public String toString() {
    return (weight ? "convolution_weight (" : "convolution (") + images + " x " + edge + " x " + edge + ", "
        + channels + " to " + outputs + ")";
  }
}
