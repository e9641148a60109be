package io.jacquard.cli.bench;

import static io.jacquard.cli.bench.Workload.op;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.cli.bench.Workload.Group;
import io.jacquard.models.ImageModels;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.Models;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.LayerNorm;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * Work of the sizes that large GPUs are for, and the same with small sizes, to try it elsewhere. Their names are those that
 * {@code benchmarks/pytorch/gpu_peer.py} knows.
 *
 * <pre>{@code
 * var products = GpuWorkloads.products(true);
 * }</pre>
 */
public final class GpuWorkloads {
  private static final long MI = 1 << 20;

  private GpuWorkloads() {}

  /** The textbook's network, and PyTorch's MNIST example: bound by launches. */
  public static List<Workload> digits(boolean small) {
    return List.of(Networks.training("mlp 784-128-10", Models::mlp, Networks.DIGIT, small ? 16 : 64),
        Networks.training("cnn", Models::cnn, Networks.DIGIT, small ? 4 : 64));
  }

  /** Square products. */
  public static List<Workload> products(boolean small) {
    return Stream.of(1024L, 4096L, 8192L).map(n -> small ? n / 32 : n)
        .map(n -> op(Group.PRODUCTS, "gemm " + n, 2.0 * n * n * n, 3.0 * n * n, true, precision -> {
          var given = new Holdings(precision);
          var a = given.uniform(n, n);
          var b = given.uniform(n, n);
          return given.computing(() -> a.matmul(b));
        })).toList();
  }

  /** What memory bounds; the first is the copy that the others are held against. */
  public static List<Workload> memory(boolean small) {
    long n = small ? 1 : 128;
    long rows = small ? 256 : 65_536;
    return List.of(
        op(Group.LIMITS, "copy " + n + " Mi", 0, 2 * n * MI, false, precision -> {
          var given = new Holdings(precision);
          var x = given.uniform(n * MI);
          return given.computing(() -> x.add(0));
        }),
        op(Group.MAPS, "exp " + n + " Mi", 0, 2 * n * MI, false, precision -> {
          var given = new Holdings(precision);
          var x = given.uniform(n * MI);
          return given.computing(x::exp);
        }),
        op(Group.MAPS, "gelu(x*w + b) " + n + " Mi", 0, 4 * n * MI, false, precision -> {
          var given = new Holdings(precision);
          var x = given.uniform(n * MI);
          var w = given.uniform(n * MI);
          var b = given.uniform(n * MI);
          return given.computing(() -> Tensor.fuse((u, v, c) -> u.mul(v).add(c).gelu(), x, w, b));
        }),
        op(Group.ROWS, "softmax " + rows + "x1024", 0, 2 * rows * 1024, false, precision -> {
          var given = new Holdings(precision);
          var x = given.uniform(rows, 1024);
          return given.computing(() -> x.softmax(1));
        }),
        op(Group.ROWS, "layer norm " + rows + "x1024", 0, 2 * rows * 1024, false, precision -> {
          var given = new Holdings(precision);
          var x = given.uniform(rows, 1024);
          var norm = new LayerNorm(1024);
          return given.computing(() -> norm.call(x));
        }),
        op(Group.ROWS, "cross-entropy " + rows + "x1024 forward+backward", 0, 3 * rows * 1024, false,
            precision -> {
              var given = new Holdings(precision);
              var logits = given.uniform(rows, 1024).requiresGrad();
              Tensor labels;
              try (var _ = Scope.open()) {
                labels = given.hold(Tensor.randint(0, 1024, Shape.of(rows)).to(DType.INT64));
              }
              return given.withGradients(() -> Gradients.of(Loss.crossEntropy().of(logits, labels), logits));
            }),
        op(Group.MAPS, "adam " + (small ? 1 : 118) + " Mi", 0, 7 * (small ? 1 : 118) * MI, false,
            _ -> new UpdateWork(Adam.of(1e-3), (small ? 1 : 118) * MI)));
  }

  /** Networks that keep a GPU busy: of pictures, of sequences, of words. */
  public static List<Workload> networks(boolean small) {
    int steps = small ? 8 : 64;
    var gpt = LanguageModelSizes.of(small ? 65 : 50_304).layers(small ? 2 : 12).heads(small ? 2 : 12)
        .width(small ? 32 : 768).context(small ? 16 : 1024);
    return List.of(
        Networks.training("resnet18", () -> ImageModels.named("resnet18", 3, 10), Networks.PICTURE,
            small ? 2 : 256),
        Networks.training("lstm 128-256 sequence " + steps, LastState::new, Shape.of(steps, 128),
            small ? 4 : 64),
        Networks.text("gpt", "gpt layers " + gpt.layers() + " heads " + gpt.heads() + " width " + gpt.width()
            + " vocabulary " + gpt.vocabulary() + " sequence " + gpt.context(), gpt, small ? 2 : 8));
  }

  /** Judges sequences [N, T, 128] by the state after the last step. */
  private static final class LastState extends Module {
    private final LSTM rnn = add("rnn", new LSTM(128, 256));
    private final Linear fc = add("fc", new Linear(256, 10));

    @Override
    protected Tensor forward(Tensor x) {
      return fc.call(rnn.call(x.transpose(0, 1)).select(0, -1));
    }
  }
}
