package io.jacquard.peers;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A piece of work that every contestant does on the same numbers ({@link Numbers}), all of it in float32. Its name says
 * all that there is to know about it, so that a contestant in another language can read it too.
 *
 * <pre>{@code
 * var work = Workload.named("matmul 512x512x512 nt");
 * }</pre>
 */
public sealed interface Workload {
  String name();

  /** How often it is done between two looks at the clock: more than once where it takes about a microsecond. */
  default int repeats() {
    return 1;
  }

  /**
   * {@code C = A B} with {@code layout} nn, tn (A is stored as [K, M]) or nt (B is stored as [N, K]).
   */
  record Matmul(int m, int n, int k, String layout) implements Workload {
    @Override
    public String name() {
      return "matmul " + m + "x" + n + "x" + k + " " + layout;
    }
  }

  /** A training step of a network of linear layers with ReLU between them, from gathering the batch to the update. */
  record MlpStep(List<Integer> sizes, int batch, String optimizer) implements Workload {
    @Override
    public String name() {
      return "mlp " + join(sizes) + " batch " + batch + " " + optimizer;
    }
  }

  /** A training step of PyTorch's MNIST example network, without dropout, with Adam. */
  record CnnStep(int batch) implements Workload {
    @Override
    public String name() {
      return "cnn mnist batch " + batch + " adam";
    }
  }

  /** A training step of the residual network of 20 layers for 32x32 pictures, with SGD and momentum. */
  record ResNetStep(int batch) implements Workload {
    @Override
    public String name() {
      return "resnet20 batch " + batch + " sgd";
    }
  }

  /** A training step of a small GPT over 65 characters, without dropout, with AdamW. */
  record GptStep(int layers, int width, int heads, int context, int batch) implements Workload {
    @Override
    public String name() {
      return "gpt layers " + layers + " width " + width + " heads " + heads + " context " + context
          + " batch "
          + batch + " adamw";
    }
  }

  /** A convolution without bias, "same" padding: forward, or with both gradients. */
  record Convolution(int n, int c, int side, int k, int kernel, boolean backward) implements Workload {
    @Override
    public String name() {
      return "conv " + kernel + "x" + kernel + " N" + n + " C" + c + " " + side + "x" + side + " K" + k
          + (backward ? " forward+backward" : " forward");
    }
  }

  /** A named operation on a named size; what each one is stands in {@code benchmarks/README.md}. */
  record Op(String op, List<Integer> sizes, int repeats) implements Workload {
    @Override
    public String name() {
      return op + " " + join(sizes);
    }
  }

  /** One picture through a network. */
  record Inference(String model, int repeats) implements Workload {
    @Override
    public String name() {
      return "inference " + model;
    }
  }

  /**
   * The first three steps of 784-128-10 with batch 64 and Adam, in whatever is prepared: for processes that have just started.
   * It is not among {@link #ALL}.
   */
  record Start() implements Workload {
    private static final String NAME = "start";

    @Override
    public String name() {
      return NAME;
    }
  }

  private static String join(List<Integer> sizes) {
    return String.join("x", sizes.stream().map(String::valueOf).toList());
  }

  /** All of them, in the order of the table. */
  List<Workload> ALL = Stream.of(
      Stream.of(op(Cost.FMA, 64 << 20), op(Cost.COPY, 16 << 20)),
      Stream.of(new MlpStep(List.of(784, 128, 10), 64, "adam"),
          new MlpStep(List.of(784, 512, 512, 10), 128, "sgd"), new CnnStep(64), new ResNetStep(32),
          new GptStep(4, 256, 8, 128, 8)),
      Stream.of(false, true).flatMap(backward -> Stream.of(new Convolution(32, 64, 56, 64, 3, backward),
          new Convolution(32, 128, 28, 128, 3, backward), new Convolution(32, 256, 14, 256, 1, backward))),
      Stream.of("nn", "tn", "nt")
          .flatMap(layout -> Stream.concat(
              Stream.of(new Matmul(64, 128, 784, layout), new Matmul(64, 512, 512, layout)),
              IntStream.of(256, 512, 1024, 2048).mapToObj(s -> new Matmul(s, s, s, layout)))),
      Stream.of(op("gelu-fma", 4 << 20), op("adam", 1 << 20), op("layernorm forward+backward", 1024, 1024),
          op("softmax-cross-entropy forward+backward", 1024, 1024),
          op("lstm forward+backward", 64, 32, 128, 256), op("softmax", 1024, 1024),
          op("exp", 1 << 20), op("tanh", 1 << 20), op("sigmoid", 1 << 20), op("erf", 1 << 20),
          op("sum", 16 << 20), op("transpose-copy", 2048, 2048), op("broadcast-add", 2048, 2048)),
      Stream.of(new Op("add-one-element", List.of(1), 2000), new Inference("mlp", 200),
          new Inference("cnn", 5)))
      .<Workload>flatMap(s -> s).toList();

  private static Op op(String op, Integer... sizes) {
    return new Op(op, List.of(sizes), 1);
  }

  static Workload named(String name) {
    if (name.equals(Start.NAME)) return new Start();
    return ALL.stream().filter(w -> w.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no workload is called '" + name + "'"));
  }
}
