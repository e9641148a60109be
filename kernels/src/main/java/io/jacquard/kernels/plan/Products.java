package io.jacquard.kernels.plan;

import io.jacquard.expr.Program;
import io.jacquard.kernels.MapKernel;
import io.jacquard.DType;
import io.jacquard.kernels.MatmulKernel;
import io.jacquard.kernels.MatmulKernel.Unit;
import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.Arrays;

/** Multiplies matrices: {@link io.jacquard.spi.Backend#matmul}. */
final class Products implements AutoCloseable {
  /** Rows of A for which B is copied so that its columns lie side by side; on CPUs. */
  private static final long WORTH_A_COPY = 16;

  /** The edge of a matrix instruction's blocks. */
  private static final long WORTH_MATRICES = 16;

  private final KernelCompiler compiler;
  private final Tuning tuning;
  private final Packer packer;
  private final Plans<Plan> plans = new Plans<>();

  Products(KernelCompiler compiler, Tuning tuning, Maps maps, KernelMemory memory) {
    this.compiler = compiler;
    this.tuning = tuning;
    packer = new Packer(maps, memory);
  }

  private record Plan(Kernel kernel, Arguments arguments, int[] buffers, int firstParam, long columnGroups,
      long rowGroups, long batch) {}

  /** Where a tile's rows are vectors, B's columns must lie side by side; for many rows it is worth a copy of B. */
  private boolean packs(View a, View b) {
    if (!tuning.vectors() || tuning.tile() != null || b.numel() == 0) return false;
    if (b.dtype() != DType.FLOAT32 && b.dtype() != DType.FLOAT64) return false;
    long columns = b.shape().size(-1);
    int lanes = MatmulKernel.lanes(b.dtype());
    return a.shape().size(-2) >= WORTH_A_COPY && columns >= lanes
        && (unit(b) != Unit.COLUMN || columns % lanes != 0);
  }

  void run(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    if (out[0].numel() == 0) return;
    if (packs(a, b)) {
      long columns = b.shape().size(-1);
      int lanes = MatmulKernel.lanes(b.dtype());
      var whole = packer.copy(b, Math.ceilDiv(columns, (long) lanes) * lanes);
      b = new View(whole.buffer(), whole.dtype(), new Layout(b.shape(), whole.layout().strides(), 0));
    }
    var key = plans.key().add(Double.doubleToRawLongBits(how.alpha()))
        .add(Double.doubleToRawLongBits(how.beta()));
    key.add(a).add(b);
    for (var view : extra) key.add(view);
    for (var view : out) key.add(view);
    var plan = plans.find(how.epilogue());
    if (plan == null) plan = plans.add(how.epilogue(), plan(how, a, b, extra, out));
    var arguments = plan.arguments;
    int k = 0;
    arguments.set(plan.buffers[k++], KernelBuffer.handle(a));
    arguments.set(plan.buffers[k++], KernelBuffer.handle(b));
    for (var view : extra) arguments.set(plan.buffers[k++], KernelBuffer.handle(view));
    for (var view : out) arguments.set(plan.buffers[k++], KernelBuffer.handle(view));
    int count = how.epilogue() == null ? 0 : how.epilogue().params();
    for (int p = 0; p < count; p++) arguments.set(plan.firstParam + p, params[p]);
    plan.kernel.launch(arguments, plan.columnGroups, plan.rowGroups, plan.batch);
  }

  private Plan plan(Gemm how, View a, View b, View[] extra, View[] out) {
    int rank = a.shape().rank();
    var epilogue = how.epilogue();
    boolean indexed = epilogue != null && MapKernel.usesIndex(epilogue);
    // a, b, extra, out, row-major numbers
    int operands = 2 + extra.length + out.length;
    var views = new View[operands];
    views[0] = a;
    views[1] = b;
    System.arraycopy(extra, 0, views, 2, extra.length);
    System.arraycopy(out, 0, views, 2 + extra.length, out.length);
    var strides = new long[operands + (indexed ? 1 : 0)][];
    for (int k = 0; k < operands; k++) strides[k] = views[k].layout().strides();
    if (indexed) strides[operands] = Layout.contiguous(out[0].shape()).strides();
    var batch = Dims.of(Arrays.copyOf(a.shape().sizes(), rank - 2),
        Arrays.stream(strides).map(s -> Arrays.copyOf(s, rank - 2)).toArray(long[][]::new), -1);
    boolean wide = tuning.wide() || Arrays.stream(views).anyMatch(Dims::isWide);

    var sum = a.dtype().computeType();
    long rows = a.shape().size(-2);
    long columns = b.shape().size(-1);
    long depth = a.shape().size(-1);
    var aUnit = unit(a);
    var bUnit = unit(b);
    boolean vectors = tuning.vectors() && tuning.tile() == null && bUnit == Unit.COLUMN
        && (a.dtype() == DType.FLOAT32 || a.dtype() == DType.FLOAT64)
        && columns >= MatmulKernel.lanes(a.dtype());
    var matrix = a.dtype() == DType.FLOAT16 && rows >= WORTH_MATRICES && columns >= WORTH_MATRICES
        ? tuning.matrix()
        : null;
    var tile = matrix != null ? MatrixInstruction.TILE
        : vectors ? tuning.vectorTile(a.dtype(), batch.count(), rows, columns, depth)
            : tuning.tile(sum, batch.count(), rows, columns, depth);
    var source = new MatmulKernel(a.dtype(), epilogue, tile, aUnit, bUnit, batch.rank(), how.beta() != 0,
        vectors, wide, matrix);

    var arguments = new Arguments();
    arguments.index(rows, wide);
    arguments.index(columns, wide);
    arguments.index(depth, wide);
    arguments.add64(sum.bits(how.alpha()));
    arguments.add64(sum.bits(how.beta()));
    batch.addSizes(arguments, wide);
    var buffers = new int[operands];
    for (int k = 0; k < operands; k++) {
      if (k == 2 && indexed) addStrides(arguments, batch, operands, strides, Unit.NONE, wide);
      buffers[k] = arguments.buffer();
      arguments.add64(views[k].layout().offset());
      addStrides(arguments, batch, k, strides, k == 0 ? aUnit : k == 1 ? bUnit : Unit.NONE, wide);
    }
    int firstParam = arguments.count();
    for (int p = 0; epilogue != null && p < epilogue.params(); p++) arguments.add64(0);
    return new Plan(compiler.kernel(source.source(), source.group()), arguments, buffers, firstParam,
        Math.ceilDiv(columns, tile.blockColumns()), Math.ceilDiv(rows, tile.blockRows()), batch.count());
  }

  private static void addStrides(Arguments arguments, Dims batch, int operand, long[][] strides, Unit unit,
      boolean wide) {
    batch.addStrides(arguments, operand, wide);
    int rank = strides[operand].length;
    if (unit != Unit.ROW) arguments.index(strides[operand][rank - 2], wide);
    if (unit != Unit.COLUMN) arguments.index(strides[operand][rank - 1], wide);
  }

  private static Unit unit(View matrix) {
    var strides = matrix.layout().strides();
    if (strides[strides.length - 1] == 1) return Unit.COLUMN;
    return strides[strides.length - 2] == 1 ? Unit.ROW : Unit.NONE;
  }

  @Override
  public void close() {
    packer.close();
  }
}
