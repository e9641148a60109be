package io.jacquard.opencl;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.KernelSource;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.kernels.plan.Tuning;
import io.jacquard.nn.Loss;
import io.jacquard.ops.AttentionOptions;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.PoolOptions;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Work for every kernel, on shapes that are as small as its paths allow: what is looked through for data races. A new
 * kernel gets a line here; {@link RaceWorkTest} fails without one.
 *
 * @param tolerance how far results may be from the CPU's, which add in another order
 */
record RaceWork(String name, Form form, double tolerance, Function<SplittableRandom, Tensor> body) {
  /** For what kind of device kernels are made. */
  enum Form {
    /** Items are lanes; work-groups share memory, and are small, so that several take part. */
    LANES(new Tuning(16, 8, 16 << 10, false, new MatmulTile(true, 4, 4, 2, 2, 4), false)),
    /** An item drives a CPU's vectors. */
    VECTORS(new Tuning(16, 8, 0, false, null, false)),
    /** Matrix instructions, of which each lane computes its part by way of shared memory: {@code fragments.h}. */
    MATRICES(new Tuning(128, 64, 48 << 10, false, null, false).with(MatrixInstruction.NVIDIA));

    final Tuning tuning;

    Form(Tuning tuning) {
      this.tuning = tuning;
    }

    /** A kernel as a device gets it that has no such instruction. */
    KernelSource without(KernelSource source) {
      return new KernelSource(source.name(),
          source.text().replace("#define MATRIX_NVIDIA\n", "#define MATRIX_LANES\n"), source.float64());
    }
  }

  private static final ConvOptions PADDED = ConvOptions.defaults().padding(1).stride(2);
  private static final PoolOptions OVERLAPPING = PoolOptions.defaults().stride(1).padding(1);

  static List<RaceWork> all() {
    var all = new ArrayList<RaceWork>();
    for (var form : List.of(Form.LANES, Form.VECTORS)) ofBoth(all, form);
    lanes(all);
    vectors(all);
    for (var type : List.of(DType.FLOAT16, DType.BFLOAT16)) halves(all, Form.LANES, type);
    halves(all, Form.MATRICES, DType.FLOAT16);
    all.add(new RaceWork("attention of halves, and back", Form.MATRICES, 0.02,
        random -> attention(random, DType.FLOAT16, 17, 18)));
    return all;
  }

  private static void ofBoth(List<RaceWork> all, Form form) {
    Function<SplittableRandom, Tensor> layerNorm = random -> {
      // all elements alike and eps 1: the standard deviation is 1, so both backends round alike
      var x = whole(random, 3, 70).mul(0).requiresGrad();
      var y = Tensor.apply(new LayerNorm(1, 1), x)[0];
      return Gradients.of(y.mul(whole(random, 3, 70)).sum(), List.of(x)).getFirst();
    };
    add(all, form, "layer norm, and back", layerNorm);
    add(all, form, "softmax", random -> whole(random, 3, 70).mul(0).softmax(1));
    add(all, form, "cross-entropy, and back", random -> {
      var x = small(random, 3, 70);
      var loss = Loss.crossEntropy().of(x, Tensor.of(3L, 69L, 0L));
      return flat(Gradients.of(loss, List.of(x)), loss);
    });
    add(all, form, "convolution", random -> whole(random, 2, 3, 5, 6).conv2d(whole(random, 4, 3, 2, 3),
        whole(random, 4), PADDED));
    add(all, form, "convolution backward", random -> {
      var x = whole(random, 2, 3, 5, 6).requiresGrad();
      var weight = whole(random, 4, 3, 2, 3).requiresGrad();
      return flat(Gradients.of(x.conv2d(weight, null, PADDED).square().sum(), List.of(x, weight)));
    });
    add(all, form, "max pool, and back", random -> {
      var x = images(random).requiresGrad();
      return Gradients.of(x.maxPool2d(OVERLAPPING, 3).square().sum(), List.of(x)).getFirst();
    });
    add(all, form, "average pool, and back", random -> {
      var x = images(random).requiresGrad();
      return Gradients.of(x.avgPool2d(OVERLAPPING, 2).square().sum(), List.of(x)).getFirst();
    });
    add(all, form, "attention, and back", random -> attention(random, DType.FLOAT32, 19, 21));
    add(all, form, "LSTM, and back", random -> recurrent(random, RecurrentCell.LSTM, 20));
    add(all, form, "GRU, and back", random -> recurrent(random, RecurrentCell.GRU, 15));
  }

  private static void lanes(List<RaceWork> all) {
    add(all, Form.LANES, "map", random -> whole(random, 5, 7).mT().add(whole(random, 5)).mul(2));
    add(all, Form.LANES, "reduce by items", random -> whole(random, 5, 40).sum(0));
    add(all, Form.LANES, "reduce by groups", random -> whole(random, 3, 70).sum(1));
    add(all, Form.LANES, "reduce by items in chunks", random -> whole(random, 130, 3).argmax(0));
    add(all, Form.LANES, "reduce by groups in chunks", random -> whole(random, 1, 16_400).max(false, 1));
    add(all, Form.LANES, "argmax by groups", random -> whole(random, 3, 70).argmax(1));
    add(all, Form.LANES, "product", random -> whole(random, 2, 9, 11).matmul(whole(random, 2, 11, 10)));
    add(all, Form.LANES, "batch norm, and back", random -> {
      // all elements alike and eps 1, as above
      var x = whole(random, 40, 3).mul(0).requiresGrad();
      var y = Tensor.apply(new BatchNorm(1), x)[0];
      return Gradients.of(y.mul(whole(random, 40, 3)).sum(), List.of(x)).getFirst();
    });
    add(all, Form.LANES, "softmax by items", random -> whole(random, 9, 20).mul(0).softmax(0));
    add(all, Form.LANES, "gather", random -> whole(random, 9, 3).gatherRows(Tensor.of(3L, 0L, 8L, 3L)));
    add(all, Form.LANES, "scatter by columns", random -> scattered(random, 20));
    add(all, Form.LANES, "scatter of sorted rows", random -> scattered(random, 70));
    add(all, Form.LANES, "scan by items", random -> whole(random, 20, 5).cumsum(1));
    add(all, Form.LANES, "scan by groups", random -> whole(random, 2, 80).cumsum(1));
    add(all, Form.LANES, "sort", random -> whole(random, 2, 40).argsort(1, false).to(DType.FLOAT32));
  }

  private static void vectors(List<RaceWork> all) {
    add(all, Form.VECTORS, "map by runs", random -> whole(random, 5, 37).add(whole(random, 5, 1)).mul(2));
    add(all, Form.VECTORS, "reduce rows", random -> whole(random, 3, 70).sum(1));
    add(all, Form.VECTORS, "reduce columns", random -> whole(random, 40, 19).max(false, 0));
    add(all, Form.VECTORS, "product by vectors",
        random -> whole(random, 2, 9, 11).matmul(whole(random, 2, 11, 37)));
    add(all, Form.VECTORS, "narrow product", random -> whole(random, 9, 11).matmul(whole(random, 11, 3)));
  }

  private static void halves(List<RaceWork> all, Form form, DType type) {
    add(all, form, "map of " + type,
        random -> signs(random, type, 5, 18).mul(signs(random, type, 18)).add(1));
    add(all, form, "gather of " + type, random -> signs(random, type, 9, 3).gatherRows(Tensor.of(8L, 3L)));
    add(all, form, "product of " + type,
        random -> signs(random, type, 17, 20).matmul(signs(random, type, 20, 18)));
    add(all, form, "convolution of " + type + ", and back", random -> {
      var x = signs(random, type, 1, 4, 4, 5).requiresGrad();
      var weight = signs(random, type, 17, 4, 2, 2).requiresGrad();
      var y = x.conv2d(weight, signs(random, type, 17), PADDED);
      return flat(Gradients.of(y.mul(signs(random, type, y.shape().sizes())).sum(), List.of(x, weight)), y);
    });
  }

  private static void add(List<RaceWork> all, Form form, String name,
      Function<SplittableRandom, Tensor> body) {
    all.add(new RaceWork(name, form, 1e-6, body));
  }

  /** Channels lie side by side, enough of them for vectors. */
  private static Tensor images(SplittableRandom random) {
    return whole(random, 1, 4, 5, 17).permute(0, 3, 1, 2);
  }

  private static Tensor attention(SplittableRandom random, DType type, long queries, long keys) {
    var in = new ArrayList<Tensor>();
    for (var sizes : new long[][]{{2, queries, 3}, {2, keys, 3}, {2, keys, 5}})
      in.add(whole(random, sizes).mul(0.1).to(type).requiresGrad());
    var y = in.get(0).scaledDotProductAttention(in.get(1), in.get(2), AttentionOptions.defaults().causal());
    var g = whole(random, 2, queries, 5).mul(0.1).to(type);
    return flat(Gradients.of(y.mul(g).sum(), in), y);
  }

  private static Tensor recurrent(SplittableRandom random, RecurrentCell cell, long hidden) {
    long rows = cell.gates() * hidden;
    var in = new ArrayList<>(List.of(small(random, 3, 9, 2), small(random, 9, hidden)));
    if (cell.hasCellState()) in.add(small(random, 9, hidden));
    in.addAll(List.of(small(random, rows, 2), small(random, rows, hidden)));
    var h = Tensor.apply(new Recurrence(cell, false, false, false), in.toArray(Tensor[]::new))[0];
    return flat(Gradients.of(h.square().sum(), in), h);
  }

  /** The gradient of a table of which rows were taken, some of them often. */
  private static Tensor scattered(SplittableRandom random, int rows) {
    var table = whole(random, 9, 3).requiresGrad();
    var taken = table.gatherRows(Tensor.of(random.longs(rows, 0, 9).toArray()));
    return Gradients.of(taken.mul(whole(random, rows, 3)).sum(), List.of(table)).getFirst();
  }

  private static Tensor small(SplittableRandom random, long... sizes) {
    return whole(random, sizes).mul(0.1).requiresGrad();
  }

  private static Tensor whole(SplittableRandom random, long... sizes) {
    var shape = Shape.of(sizes);
    return Tensor.of(random.longs(shape.numel(), -4, 5).toArray(), shape).to(DType.FLOAT32);
  }

  /** -1, 0 and 1, whose sums halves hold exactly. */
  private static Tensor signs(SplittableRandom random, DType type, long... sizes) {
    var shape = Shape.of(sizes);
    return Tensor.of(random.longs(shape.numel(), -1, 2).toArray(), shape).to(type);
  }

  private static Tensor flat(List<Tensor> tensors, Tensor... last) {
    var all = new ArrayList<Tensor>();
    tensors.forEach(t -> all.add(t.reshape(-1)));
    for (var t : last) all.add(t.reshape(-1));
    return Tensor.concat(0, all.toArray(Tensor[]::new));
  }

  /** What it computes on a device. */
  double[] on(Device device) {
    return Device.with(device, () -> {
      try (var _ = Scope.open()) {
        return body.apply(new SplittableRandom(3)).toDoubles();
      }
    });
  }
}
