package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.PoolOptions;
import io.jacquard.ops.Pooling;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.spi.OpenOptions;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Prints which share of a plain copy's bandwidth each family of kernels reaches, and how many operations a second products
 * and convolutions do. It runs only where it is asked
 * for: docs/performance.md says how.
 *
 * <p>The bytes counted are those that must move: each input and each result once. A copy is timed before each family, since other work on the
 * machine changes what it reaches.
 */
final class Bandwidth {
  private static final int TIMES = 25;
  private static final long ROWS = 4096;
  private static final long COLUMNS = 1024;
  private static final double TENSOR = ROWS * COLUMNS * 4.0;

  /** Prints what {@code -Djacquard.bandwidth} names: {@code all}, or families such as {@code softmax,norm}. */
  @Test
  @EnabledIfSystemProperty(named = "jacquard.bandwidth", matches = ".+")
  void print() {
    main(System.getProperty("jacquard.bandwidth"));
  }

  public static void main(String... only) {
    var families = only.length == 0 ? "all" : only[0];
    try (var backend = Backends.discover().choose("opencl", OpenOptions.DEFAULT).device().backend()) {
      var device = new Device(backend);
      System.out.println(device.info().description());
      Device.with(device, () -> {
        try (var _ = Scope.open()) {
          var work = new Work(device);
          work.families(families);
          if (Work.wants(families, "product")) work.products();
        }
      });
    }
  }

  /** What is timed, and on which tensor. */
  private static final class Work {
    private final Device device;
    private final Tensor x;

    Work(Device device) {
      this.device = device;
      x = Tensor.arange(ROWS * COLUMNS).to(DType.FLOAT32).sin().reshape(Shape.of(ROWS, COLUMNS));
    }

    /** The fastest of some runs: what else the machine does makes the others longer, long kernels' most of all. */
    private double seconds(Supplier<List<Tensor>> work) {
      var times = new double[TIMES];
      for (int i = -1; i < TIMES; i++) {
        try (var _ = Scope.open()) {
          long start = System.nanoTime();
          Objects.requireNonNull(work.get());
          device.backend().synchronize();
          if (i >= 0) times[i] = (System.nanoTime() - start) * 1e-9; // the first compiles
        }
      }
      Arrays.sort(times);
      return times[0];
    }

    private void line(String name, double tensors, Supplier<List<Tensor>> work) {
      double copy = seconds(() -> List.of(x.add(0f)));
      double own = seconds(work);
      System.out.printf(Locale.ROOT, "%-28s %6.1f GB/s of %5.1f: %3.0f %%%n", name,
          tensors * TENSOR / own * 1e-9, 2 * TENSOR / copy * 1e-9, 50 * tensors * copy / own);
    }

    private void operations(String name, double operations, Supplier<List<Tensor>> work) {
      System.out.printf(Locale.ROOT, "%-40s %6.1f GFLOP/s%n", name, operations / seconds(work) * 1e-9);
    }

    private void families(String only) {
      var w = Tensor.ones(COLUMNS);
      var column = x.sum(1).unsqueeze(1);
      if (wants(only, "map")) {
        line("map: add", 3, () -> List.of(x.add(x)));
        line("map: add a row", 2, () -> List.of(x.add(w)));
        line("map: add a column", 2, () -> List.of(x.add(column)));
        line("map: relu", 2, () -> List.of(x.relu()));
        line("map: gelu", 2, () -> List.of(x.gelu()));
      }
      if (wants(only, "reduce")) {
        line("sum of all", 1, () -> List.of(x.sum()));
        line("sum of rows", 1, () -> List.of(x.sum(1)));
        line("sum of columns", 1, () -> List.of(x.sum(0)));
        line("max of rows", 1, () -> List.of(x.max(false, 1)));
        line("argmax of rows", 1, () -> List.of(x.argmax(1)));
        var short_ = x.reshape(Shape.of(ROWS * COLUMNS / 32, 32));
        line("sum of short rows (32)", 1, () -> List.of(short_.sum(1)));
      }
      if (wants(only, "softmax")) {
        line("softmax of rows", 2, () -> List.of(x.softmax(1)));
        line("log softmax of rows", 2, () -> List.of(x.logSoftmax(1)));
        line("softmax of columns", 2, () -> List.of(x.softmax(0)));
      }
      if (wants(only, "norm")) {
        norms(w);
      }
      if (wants(only, "pool")) {
        var images = x.reshape(Shape.of(16, 64, 64, 64)).permute(0, 3, 1, 2);
        line("max pool 2", 1.25 + 0.25,
            () -> List.of(Pooling.max(2, images, List.of(2), PoolOptions.defaults())));
        line("average pool 2", 1.25,
            () -> List.of(Pooling.average(2, images, List.of(2), PoolOptions.defaults())));
        line("max pool 2, and back", 1.25 + 0.25 + 1.5, () -> {
          var leaf = images.detach().requiresGrad();
          return Gradients.of(Pooling.max(2, leaf, List.of(2), PoolOptions.defaults()).sum(), List.of(leaf));
        });
      }
    }

    private void norms(Tensor w) {
      line("layer norm", 2, () -> List.of(Tensor.apply(new LayerNorm(1, 1e-5), x, w, w)));
      line("batch norm", 2, () -> List.of(Tensor.apply(new BatchNorm(1e-5), x, w, w)));
      var mean = x.mean(true, 1);
      line("layer norm backward", 3, () -> List.of(Tensor.apply(
          new io.jacquard.ops.LayerNormBackward(1, true, true), x, x, mean, mean, w)));
      line("batch norm backward", 3, () -> List.of(Tensor.apply(
          new io.jacquard.ops.BatchNormBackward(), x, x, w, w, w)));
    }

    private static boolean wants(String only, String family) {
      return only.equals("all") || only.contains(family);
    }

    private void products() {
      for (long[] s : new long[][]{{512, 512, 512}, {64, 512, 512}, {32, 128, 784}, {1024, 1024, 1024}}) {
        var a = Tensor.ones(s[0], s[2]);
        var b = Tensor.ones(s[2], s[1]);
        var t = Tensor.ones(s[1], s[2]);
        operations("matmul " + Arrays.toString(s), 2.0 * s[0] * s[1] * s[2], () -> List.of(a.matmul(b)));
        operations("matmul " + Arrays.toString(s) + " B transposed", 2.0 * s[0] * s[1] * s[2],
            () -> List.of(a.matmul(t.mT())));
      }
      convolution(64, 1, 28, 32);
      convolution(64, 32, 26, 64);
      convolution(8, 64, 56, 64);
    }

    private void convolution(long n, long channels, long size, long outputs) {
      var images = Tensor.ones(n, size, size, channels).permute(0, 3, 1, 2).requiresGrad();
      var weight = Tensor.ones(3, 3, channels, outputs).permute(3, 2, 0, 1).requiresGrad();
      var options = ConvOptions.defaults();
      var y = images.conv2d(weight, null, options);
      var g = Tensor.ones(y.shape().sizes());
      double operations = 2.0 * 9 * channels * y.numel();
      var name = n + "x" + channels + "x" + size + "x" + size + " to " + outputs;
      operations("conv " + name, operations,
          () -> List.of(images.detach().conv2d(weight.detach(), null, options)));
      var channelsLast = g.permute(0, 2, 3, 1).contiguous();
      var window = options.window("conv2d", 3, 3);
      var flat = images.detach().permute(0, 2, 3, 1);
      var kernels = weight.detach().permute(2, 3, 1, 0);
      operations("  input gradient", operations, () -> List.of(Tensor.apply(
          new io.jacquard.ops.ConvolutionInputGradient(window, 1, flat.shape()), channelsLast, kernels)));
      operations("  weight gradient", operations, () -> List.of(Tensor.apply(
          new io.jacquard.ops.ConvolutionWeightGradient(window, 1), flat, channelsLast)));
    }
  }
}
