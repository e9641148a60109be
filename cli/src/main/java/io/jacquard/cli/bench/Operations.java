package io.jacquard.cli.bench;

import static io.jacquard.cli.bench.Workload.op;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.cli.bench.Workload.Group;
import io.jacquard.expr.Scalar;
import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Precision;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Operations on tensors, from the device's limits to convolutions. */
final class Operations {
  private static final long MI = 1 << 20;
  /** Independent sums of multiply-adds for each element, so that none waits for another. */
  private static final int CHAINS = 8;
  private static final int LINKS = 8;

  private Operations() {}

  static List<Workload> all() {
    return Stream.of(limits(), products(), maps(), rows(), convolutions()).flatMap(s -> s).toList();
  }

  private static Stream<Workload> limits() {
    return Stream.of(
        op(Group.LIMITS, "copy 32 Mi floats", 0, 64 * MI, false,
            onOne(x -> x.add(0), 32 * MI)),
        op(Group.LIMITS, "multiply-adds in registers", 2.0 * CHAINS * LINKS * 4 * MI, 8 * MI, false,
            onOne(x -> Tensor.fuse(Operations::chains, x), 4 * MI)));
  }

  /** All stays within registers: 2 * CHAINS * LINKS operations for an element that is read and written once. */
  private static Scalar chains(Scalar x) {
    var sums = new Scalar[CHAINS];
    for (int c = 0; c < CHAINS; c++) sums[c] = x.add(c);
    for (int i = 0; i < LINKS; i++) {
      for (int c = 0; c < CHAINS; c++) sums[c] = sums[c].mul(x).add(x);
    }
    var sum = sums[0];
    for (int c = 1; c < CHAINS; c++) sum = sum.add(sums[c]);
    return sum;
  }

  private static Stream<Workload> products() {
    return Stream.concat(Stream.of(product(64, 128, 784)),
        IntStream.of(128, 256, 512, 1024, 2048).mapToObj(n -> product(n, n, n)));
  }

  private static Workload product(long m, long n, long k) {
    return op(Group.PRODUCTS, "matmul " + m + "x" + n + "x" + k, 2.0 * m * n * k, m * k + k * n + m * n, true,
        precision -> {
          var given = new Holdings(precision);
          var a = given.uniform(m, k);
          var b = given.uniform(k, n);
          return given.computing(() -> a.matmul(b));
        });
  }

  private static Stream<Workload> maps() {
    return Stream.of(
        op(Group.MAPS, "add 1 Mi", MI, 3 * MI, false, precision -> {
          var given = new Holdings(precision);
          var x = given.uniform(MI);
          var y = given.uniform(MI);
          return given.computing(() -> x.add(y));
        }),
        op(Group.MAPS, "exp 1 Mi", 0, 2 * MI, false, onOne(Tensor::exp, MI)),
        op(Group.MAPS, "gelu(x*w + b) 4 Mi", 0, 16 * MI, false, precision -> {
          var given = new Holdings(precision);
          var x = given.uniform(4 * MI);
          var w = given.uniform(4 * MI);
          var b = given.uniform(4 * MI);
          return given.computing(() -> Tensor.fuse((u, v, c) -> u.mul(v).add(c).gelu(), x, w, b));
        }),
        op(Group.MAPS, "transpose 2048x2048", 0, 8 * MI, false, onOne(x -> x.mT().contiguous(), 2048, 2048)),
        op(Group.MAPS, "sum 16 Mi", 16 * MI, 16 * MI, false, onOne(x -> x.sum(), 4096, 4096)),
        op(Group.MAPS, "sum of columns 4096x1024", 4 * MI, 4 * MI, false, onOne(x -> x.sum(0), 4096, 1024)));
  }

  private static Workload.Maker onOne(Function<Tensor, Tensor> body, long... sizes) {
    return precision -> {
      var given = new Holdings(precision);
      var x = given.uniform(sizes);
      return given.computing(() -> body.apply(x));
    };
  }

  private static Stream<Workload> rows() {
    return Stream.of(
        op(Group.ROWS, "softmax 1024x1024", 0, 2 * MI, false, onOne(x -> x.softmax(1), 1024, 1024)),
        op(Group.ROWS, "layer norm 1024x1024", 0, 2 * MI, false, precision -> {
          var given = new Holdings(precision);
          var x = given.uniform(1024, 1024);
          var norm = new LayerNorm(1024);
          return given.computing(() -> norm.call(x));
        }),
        op(Group.ROWS, "layer norm 1024x1024 forward+backward", 0, 5 * MI, false, precision -> {
          var given = new Holdings(precision);
          return backward(given, new LayerNorm(1024), given.uniform(1024, 1024),
              given.uniform(1024, 1024));
        }),
        op(Group.ROWS, "batch norm 32x64x28x28 forward+backward", 0, 8.0 * 32 * 64 * 28 * 28, false,
            precision -> {
              var given = new Holdings(precision);
              return backward(given, new BatchNorm2d(64), given.images(32, 64, 28), given.images(32, 64, 28));
            }),
        op(Group.ROWS, "cross-entropy 1024x1024 forward+backward", 0, 3 * MI, false, precision -> {
          var given = new Holdings(precision);
          var logits = given.uniform(1024, 1024).requiresGrad();
          Tensor labels;
          try (var _ = Scope.open()) {
            labels = given.hold(Tensor.randint(0, 1024, Shape.of(1024)).to(DType.INT64));
          }
          var loss = Loss.crossEntropy();
          return given.withGradients(() -> Gradients.of(loss.of(logits, labels), logits));
        }));
  }

  private static Stream<Workload> convolutions() {
    return Stream.of(false, true).flatMap(backward -> Stream.of(convolution(32, 1, 28, 32, 3, backward),
        convolution(32, 64, 28, 64, 3, backward), convolution(32, 256, 14, 256, 1, backward)));
  }

  /** Without bias, over images that lie channels-last, "same" padding: forward, or with both gradients. */
  private static Workload convolution(long n, long c, long side, long k, int kernel, boolean backward) {
    double pixels = n * side * side;
    double weights = (double) k * c * kernel * kernel;
    var name = "conv " + kernel + "x" + kernel + " N" + n + " C" + c + " " + side + "x" + side + " K" + k
        + (backward ? " forward+backward" : "");
    return op(Group.CONVOLUTIONS, name, (backward ? 3 : 1) * 2 * pixels * weights,
        (backward ? 2 : 1) * (pixels * (c + k) + weights), true, precision -> {
          var given = new Holdings(precision);
          var x = given.images(n, c, side);
          var weight = given.uniform(k, c, kernel, kernel);
          var options = ConvOptions.defaults().padding(kernel / 2);
          if (!backward) return given.computing(() -> x.conv2d(weight, null, options));
          x.requiresGrad();
          weight.requiresGrad();
          var shares = given.images(n, k, side);
          return given
              .withGradients(() -> gradients(x.conv2d(weight, null, options), shares, List.of(x, weight)));
        });
  }

  private static Work backward(Holdings given, Module layer, Tensor x, Tensor shares) {
    x.requiresGrad();
    return given.withGradients(() -> gradients(layer.call(x), shares, List.of(x)));
  }

  /** Of the sum of the output's elements, each times its share; gives the first. */
  private static Tensor gradients(Tensor out, Tensor shares, List<Tensor> wrt) {
    return Gradients.of(out.mul(shares).sum(), wrt).getFirst();
  }
}
