package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.kernels.AttentionKernel;
import io.jacquard.kernels.AttentionKernel.Kind;
import io.jacquard.kernels.AttentionTile;
import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.ops.ScaledDotProductAttentionBackward;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attention and its gradients block by block, so that no matrix of weights exists; see {@link AttentionKernel}. Of the
 * gradients each has a launch of its own, after a fold that makes the sums of g y.
 */
final class Attentions implements AutoCloseable {
  /** Products of a type, widened. */
  private static final Map<DType, Program> PRODUCTS = new EnumMap<>(DType.class);

  static {
    for (var type : List.of(DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16, DType.FLOAT16))
      PRODUCTS.put(type,
          Program.of(in -> in[0].to(type.computeType()).mul(in[1].to(type.computeType())), type, type));
  }

  /** Bytes that the kernels with matrix instructions share at most. */
  private static final long MATRIX_SHARED = 32 << 10;

  private final KernelCompiler compiler;
  private final Tuning tuning;
  private final Reduces reduces;
  /** The sums of g y. */
  private final Scratch sums;
  private final Plans<Plan> plans = new Plans<>();
  private boolean tf32;

  Attentions(KernelCompiler compiler, Tuning tuning, Reduces reduces, KernelMemory memory) {
    this.compiler = compiler;
    this.tuning = tuning;
    this.reduces = reduces;
    sums = new Scratch(memory);
  }

  /** Whether attention of float32 may round to TF32, where the device has instructions for that. */
  void tf32(boolean rounds) {
    tf32 = rounds;
  }

  /** The instruction for a type; null for none. */
  private @Nullable MatrixInstruction matrix(DType type) {
    var instruction = tuning.matrix();
    boolean takes = instruction != null && instruction.hasFragments()
        && tuning.localMemory() >= MATRIX_SHARED;
    return takes && (type.isHalf() || type == DType.FLOAT32 && tf32) ? instruction : null;
  }

  /**
   * What one launch is given, see {@link AttentionKernel}.
   *
   * @param matrices a, b, with a second product a2, b2, then x
   * @param vectors the log-sum-exp, with a second product the sums of g y
   */
  private record Call(Kind kind, ScaledDotProductAttention op, List<View> matrices, @Nullable View mask,
      List<View> vectors, View out, @Nullable View base) {
    /** All that has strides, in the kernel's order. */
    List<View> operands() {
      var all = new ArrayList<>(matrices);
      if (mask != null) all.add(mask);
      all.addAll(vectors);
      all.add(out);
      return all;
    }

    View a() {
      return matrices.getFirst();
    }

    long second() {
      return kind.twice() ? matrices.get(2).shape().size(-1) : 0;
    }
  }

  /** @param buffers of the draw base if there is one, then of the operands; seed and draw stand behind the first */
  private record Plan(Kernel kernel, Arguments arguments, int[] buffers, long rowGroups, long columnGroups) {}

  /** False for what is left to the decomposition. */
  boolean forward(ScaledDotProductAttention op, View[] in, View[] out) {
    if (!suits(in, 0, out)) return false;
    var mask = op.masked() ? in[3] : null;
    var base = op.dropout() > 0 ? in[in.length - 1] : null;
    run(new Call(Kind.RESULT, op, List.of(in[0], in[1], in[2]), mask, List.of(out[1]), out[0], base));
    return true;
  }

  /** False for what is left to the decomposition, as is the gradient of a mask. */
  boolean backward(ScaledDotProductAttentionBackward gradient, View[] in, View[] out) {
    if (gradient.mask() || !suits(in, 3, out)) return false;
    var op = gradient.op();
    var mask = op.masked() ? in[6] : null;
    var base = op.dropout() > 0 ? in[in.length - 1] : null;
    var g = in[0];
    var lse = in[2];
    var q = in[3];
    var k = in[4];
    var v = in[5];
    var dots = dots(g, in[1]);
    run(new Call(Kind.QUERY, op, List.of(q, k, g, v, k), mask, List.of(lse, dots), out[0], base));
    run(new Call(Kind.KEY, op, List.of(k, q, v, g, q), mask, List.of(lse, dots), out[1], base));
    run(new Call(Kind.VALUE, op, List.of(k, q, g), mask, List.of(lse), out[2], base));
    return true;
  }

  private boolean suits(View[] in, int first, View[] out) {
    var type = in[first].dtype();
    if (matrix(type) == null && (type.isHalf() || !type.isFloating() || tile(type, 1, 1) == null))
      return false;
    for (int i = 0; i < first + 3; i++) {
      if (in[i].dtype() != type || in[i].numel() == 0) return false;
    }
    return out[0].numel() > 0;
  }

  /** For each query the sum of g y. */
  private View dots(View g, View y) {
    int last = g.shape().rank() - 1;
    var type = g.dtype().computeType();
    var buffer = sums.buffer(g.numel() / g.shape().size(last) * type.bytes());
    var whole = Layout.contiguous(g.shape().with(last, 1));
    reduces.run(Reduction.of(Reduction.Fold.SUM), Objects.requireNonNull(PRODUCTS.get(g.dtype())),
        new long[0],
        new View[]{g, y}, new int[]{last}, new View[]{new View(buffer, type, whole)});
    return new View(buffer, type, Layout.contiguous(g.shape().without(last)));
  }

  private void run(Call call) {
    var op = call.op;
    var key = plans.key().add(tf32 ? call.kind.ordinal() : 8 + call.kind.ordinal()).add(op.causal() ? 1 : 0)
        .add(Double.doubleToRawLongBits(op.scale())).add(Double.doubleToRawLongBits(op.dropout()));
    for (var view : call.operands()) key.add(view);
    if (call.base != null) key.add(call.base);
    var plan = plans.find(null);
    if (plan == null) plan = plans.add(null, plan(call));
    int k = 0;
    if (call.base != null) {
      int place = plan.buffers[k++];
      plan.arguments.set(place, KernelBuffer.handle(call.base));
      plan.arguments.set(place + 2, op.draw());
      plan.arguments.set(place + 3, op.seed());
    }
    for (var view : call.operands()) plan.arguments.set(plan.buffers[k++], KernelBuffer.handle(view));
    plan.kernel.launch(plan.arguments, plan.rowGroups, plan.columnGroups, 1);
  }

  private Plan plan(Call call) {
    var op = call.op;
    var type = call.out.dtype();
    var operands = call.operands();
    int rank = call.out.shape().rank();
    var strides = operands.stream().map(v -> Arrays.copyOf(v.layout().strides(), rank - 2))
        .toArray(long[][]::new);
    var batch = Dims.of(Arrays.copyOf(call.out.shape().sizes(), rank - 2), strides, -1);
    boolean wide = tuning.wide() || operands.stream().anyMatch(Dims::isWide);
    boolean unit = call.matrices.stream().allMatch(m -> m.layout().stride(rank - 1) == 1);
    long own = call.out.shape().size(-2);
    long columns = call.out.shape().size(-1);
    var matrix = matrix(type);
    var tile = matrix != null ? AttentionTile.matrix(columns)
        : Objects.requireNonNull(tile(type, own, columns));
    var computed = type.computeType();
    long blocks = Math.ceilDiv(own, (long) tile.block());

    var arguments = new Arguments();
    for (long number : new long[]{own, call.matrices.get(1).shape().size(-2), call.a().shape().size(-1),
        call.second(), columns, blocks})
      arguments.index(number, wide);
    arguments.add64(computed.bits(op.scale()));
    var buffers = new ArrayList<Integer>();
    if (call.base != null) {
      buffers.add(arguments.buffer());
      arguments.add64(call.base.layout().offset());
      arguments.add64(0);
      arguments.add64(0);
      arguments.add64(DType.FLOAT32.bits(op.dropout()));
      arguments.add64(computed.bits(op.dropout() >= 1 ? 0 : 1 / (1 - op.dropout())));
    }
    batch.addSizes(arguments, wide);
    for (int k = 0; k < operands.size(); k++) {
      var layout = operands.get(k).layout();
      buffers.add(arguments.buffer());
      arguments.add64(layout.offset());
      batch.addStrides(arguments, k, wide);
      boolean withoutColumns = k < call.matrices.size() && unit;
      int dims = layout.shape().rank() - (withoutColumns ? 1 : 0);
      for (int d = rank - 2; d < dims; d++) arguments.index(layout.stride(d), wide);
    }
    var kernel = new AttentionKernel(type, call.kind, call.mask == null ? null : call.mask.dtype(),
        op.causal(),
        call.base != null, batch.rank(), unit, wide, tile);
    var source = matrix == null ? kernel.source()
        : kernel.matrix(matrix, unit && isEven(call, 16 / type.bytes()),
            Math.max(call.a().shape().size(-1), call.second()));
    return new Plan(compiler.kernel(source, matrix == null ? tile.group() : AttentionTile.MATRIX_GROUP),
        arguments,
        buffers.stream().mapToInt(i -> i).toArray(), blocks * batch.count(),
        Math.ceilDiv(columns, (long) tile.columns()));
  }

  /** Whether all lines of all matrices begin at multiples of so many elements, and have such lengths. */
  private static boolean isEven(Call call, int of) {
    for (var matrix : call.matrices) {
      var layout = matrix.layout();
      int last = layout.shape().rank() - 1;
      if (layout.offset() % of != 0 || layout.shape().size(last) % of != 0) return false;
      for (int d = 0; d < last; d++) {
        if (layout.stride(d) % of != 0) return false;
      }
    }
    return true;
  }

  /** The largest tile that the device takes and that many rows are worth; null if it takes none. */
  private @Nullable AttentionTile tile(DType type, long rows, long columns) {
    if (tuning.vectors()) return AttentionTile.vectors(type, columns);
    // Registers hold four by four scores of float32.
    for (int each = type == DType.FLOAT32 ? 4 : 2; each >= 2; each /= 2) {
      for (int items : new int[]{16, 8, 4}) {
        if (items > 8 && rows <= items * each / 2) continue;
        var tile = AttentionTile.shared(items, each, columns);
        if (tile.sharedBytes(type) <= tuning.localMemory() && tile.group() <= tuning.mapGroup()) return tile;
      }
    }
    return null;
  }

  @Override
  public void close() {
    sums.close();
  }
}
