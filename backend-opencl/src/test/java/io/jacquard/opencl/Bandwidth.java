package io.jacquard.opencl;

import io.jacquard.Shape;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.BatchNormBackward;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.LayerNormBackward;
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
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Prints which share of a plain copy's bandwidth each family of kernels reaches ({@link BesideCopy}), for tensors that do not fit the
 * processor's last cache and for such that do; how many operations a second they do of those that the device can; and the same of
 * products and convolutions. It runs only where it is asked for: docs/performance.md says how.
 */
final class Bandwidth {
  /** Eight times a last cache of 32 MiB, and so little that three such tensors fit it. */
  private static final long LARGE = 256L << 20;
  private static final long CACHED = 4L << 20;
  /** Operations of exp and of GELU by erf, as exponential.h and functions.h have them; erf computes both of its halves. */
  private static final int EXP = 21;
  private static final int GELU = 53;

  /** Prints what {@code -Djacquard.bandwidth} names: {@code all}, or families such as {@code softmax,norm}; {@code cached} or {@code large} for tensors of one size. */
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
          double peak = BesideCopy.peak(device);
          System.out.printf(Locale.ROOT, "peak of arithmetic: %.0f GFLOP/s%n", peak * 1e-9);
          if (!families.contains("large")) families(families, new BesideCopy(device, CACHED, peak));
          if (!families.contains("cached")) families(families, new BesideCopy(device, LARGE, peak));
          if (wants(families, "product")) products(device);
        }
      });
    }
  }

  private static boolean wants(String only, String family) {
    return only.contains("all") || only.contains(family);
  }

  private static void families(String only, BesideCopy bench) {
    var x = bench.x();
    System.out.println("tensors of " + (x.numel() >> 18) + " MiB");
    if (wants(only, "map")) maps(bench, x);
    if (wants(only, "reduce")) folds(bench, x);
    if (wants(only, "softmax")) softmax(bench, x);
    if (wants(only, "norm")) norms(bench, x);
    if (wants(only, "pool")) pools(bench, x);
  }

  private static void maps(BesideCopy bench, Tensor x) {
    var row = Tensor.ones(BesideCopy.COLUMNS);
    var column = x.sum(1).unsqueeze(1);
    bench.line("add", 3, 1, () -> List.of(x.add(x)));
    bench.line("add a row", 2, 1, () -> List.of(x.add(row)));
    bench.line("add a column", 2, 1, () -> List.of(x.add(column)));
    bench.line("relu", 2, 0, () -> List.of(x.relu()));
    bench.line("exp", 2, EXP, () -> List.of(x.exp()));
    bench.line("gelu", 2, GELU, () -> List.of(x.gelu()));
  }

  private static void folds(BesideCopy bench, Tensor x) {
    bench.line("sum of all", 1, 1, () -> List.of(x.sum()));
    bench.line("sum of rows", 1, 1, () -> List.of(x.sum(1)));
    bench.line("sum of columns", 1, 1, () -> List.of(x.sum(0)));
    bench.line("max of rows", 1, 0, () -> List.of(x.max(false, 1)));
    bench.line("argmax of rows", 1, 0, () -> List.of(x.argmax(1)));
    var narrow = x.reshape(Shape.of(x.numel() / 32, 32));
    bench.line("sum of rows of 32", 1, 1, () -> List.of(narrow.sum(1)));
  }

  private static void softmax(BesideCopy bench, Tensor x) {
    bench.line("softmax of rows", 2, EXP + 3, () -> List.of(x.softmax(1)));
    bench.line("log-softmax of rows", 2, EXP + 4, () -> List.of(x.logSoftmax(1)));
    bench.line("softmax of columns", 2, EXP + 3, () -> List.of(x.softmax(0)));
    var leaf = x.detach().requiresGrad();
    bench.line("softmax, sum, and back", 2 + 1 + 2, EXP + 7,
        () -> List.of(Gradients.of(leaf.softmax(1).sum(), leaf)));
    var labels = Tensor.arange(x.size(0)).remainder(BesideCopy.COLUMNS);
    bench.line("cross-entropy", 1, EXP + 2, () -> List.of(Tensor.apply(new CrossEntropy(), x, labels)[0]));
    bench.line("cross-entropy, and back", 1 + 2, 2 * EXP + 5,
        () -> List.of(Gradients.of(Tensor.apply(new CrossEntropy(), leaf, labels)[0], leaf)));
  }

  private static void norms(BesideCopy bench, Tensor x) {
    var w = Tensor.ones(BesideCopy.COLUMNS);
    bench.line("layer norm", 2, 8, () -> List.of(Tensor.apply(new LayerNorm(1, 1e-5), x, w, w)));
    bench.line("batch norm", 2, 8, () -> List.of(Tensor.apply(new BatchNorm(1e-5), x, w, w)));
    var mean = x.mean(true, 1);
    bench.line("layer norm's gradient", 3, 16,
        () -> List.of(Tensor.apply(new LayerNormBackward(1, true, true), x, x, mean, mean, w)));
    bench.line("batch norm's gradient", 3, 12,
        () -> List.of(Tensor.apply(new BatchNormBackward(), x, x, w, w, w)));
  }

  private static void pools(BesideCopy bench, Tensor x) {
    var images = x.reshape(Shape.of(x.numel() >> 18, 64, 64, 64)).permute(0, 3, 1, 2);
    bench.line("max pool 2", 1.25 + 0.25, 0,
        () -> List.of(Pooling.max(2, images, List.of(2), PoolOptions.defaults())));
    bench.line("average pool 2", 1.25, 1,
        () -> List.of(Pooling.average(2, images, List.of(2), PoolOptions.defaults())));
    var leaf = images.detach().requiresGrad();
    bench.line("max pool 2, sum, and back", 1.25 + 0.25 + 0.25 + 1.25, 0, () -> List.of(
        Gradients.of(Pooling.max(2, leaf, List.of(2), PoolOptions.defaults()).sum(), leaf)));
  }

  private static void operations(Device device, String name, double operations, Supplier<List<Tensor>> work) {
    System.out.printf(Locale.ROOT, "%-40s %6.1f GFLOP/s%n", name,
        BesideCopy.rate(device, operations, work) * 1e-9);
  }

  private static void products(Device device) {
    for (long[] s : new long[][]{{512, 512, 512}, {64, 512, 512}, {32, 128, 784}, {1024, 1024, 1024}}) {
      var a = Tensor.ones(s[0], s[2]);
      var b = Tensor.ones(s[2], s[1]);
      var t = Tensor.ones(s[1], s[2]);
      operations(device, "matmul " + Arrays.toString(s), 2.0 * s[0] * s[1] * s[2],
          () -> List.of(a.matmul(b)));
      operations(device, "matmul " + Arrays.toString(s) + " B transposed", 2.0 * s[0] * s[1] * s[2],
          () -> List.of(a.matmul(t.mT())));
    }
    convolution(device, 64, 1, 28, 32);
    convolution(device, 64, 32, 26, 64);
    convolution(device, 8, 64, 56, 64);
  }

  private static void convolution(Device device, long n, long channels, long size, long outputs) {
    var images = Tensor.ones(n, size, size, channels).permute(0, 3, 1, 2).requiresGrad();
    var weight = Tensor.ones(3, 3, channels, outputs).permute(3, 2, 0, 1).requiresGrad();
    var options = ConvOptions.defaults();
    var y = images.conv2d(weight, null, options);
    var g = Tensor.ones(y.shape().sizes());
    double operations = 2.0 * 9 * channels * y.numel();
    var name = n + "x" + channels + "x" + size + "x" + size + " to " + outputs;
    operations(device, "conv " + name, operations,
        () -> List.of(images.detach().conv2d(weight.detach(), null, options)));
    var channelsLast = g.permute(0, 2, 3, 1).contiguous();
    var window = options.window("conv2d", 3, 3);
    var flat = images.detach().permute(0, 2, 3, 1);
    var kernels = weight.detach().permute(2, 3, 1, 0);
    operations(device, "  input gradient", operations, () -> List.of(Tensor.apply(
        new ConvolutionInputGradient(window, 1, flat.shape()), channelsLast, kernels)));
    operations(device, "  weight gradient", operations, () -> List.of(Tensor.apply(
        new ConvolutionWeightGradient(window, 1), flat, channelsLast)));
  }
}
