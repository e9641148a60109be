package io.jacquard.kernels.plan;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.kernels.ConvolutionKernel;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.kernels.MatrixInstruction;
import io.jacquard.kernels.plan.ConvolutionNumbers.Operand;
import io.jacquard.kernels.plan.Convolutions.Launch;
import io.jacquard.kernels.plan.Convolutions.Plan;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans the launches of convolutions: which kernel, how it is cut, where its operands lie. It depends on shapes alone. */
final class ConvolutionPlanner {
  /** Work-groups that keep a GPU busy, and items that keep a CPU busy; a depth is cut where there are fewer. */
  private static final long ENOUGH_GROUPS = 256;
  private static final long ENOUGH_ITEMS = 64;
  /** The shortest chunk of a depth, for GPUs. */
  private static final long SHORTEST = 256;

  /** The bytes that the kernel with matrix instructions shares at most. */
  private static final long MATRIX_SHARED = 32 << 10;
  /** Fewer columns, or a shorter depth, than a block of matrix instructions is worth. */
  private static final long WORTH_MATRICES = 16;

  private final KernelCompiler compiler;
  private final Tuning tuning;
  private boolean tf32;

  /** Whether float32 may be rounded to TF32 from now on. */
  void tf32(boolean rounds) {
    tf32 = rounds;
  }

  ConvolutionPlanner(KernelCompiler compiler, Tuning tuning) {
    this.compiler = compiler;
    this.tuning = tuning;
  }

  private boolean vectors() {
    return tuning.vectors();
  }

  /**
   * A convolution, or the gradient of an input.
   *
   * @param phases the axes of each launch
   * @param in x, or the gradient that arrives; the weight [kernel..., C/groups, O]; a bias, if there is one
   */
  Plan gathered(List<List<ConvolutionAxis>> phases, int groups, View[] in, View out, boolean back) {
    var x = in[0];
    int rank = x.shape().rank() - 2;
    long columns = out.shape().size(-1) / groups;
    var weight = byGroups(in[1].layout(), groups, back);
    long filled = Math.ceilDiv(columns, lanes(out)) * lanes(out);
    boolean packs = vectors() && (weight.stride(rank + 2) != 1 || filled != columns);
    var b = packs ? Packer.filledUp(weight.shape(), filled) : weight;
    var bias = in.length > 2 ? in[2] : null;
    var launches = new ArrayList<Launch>();
    for (var axes : phases) {
      var bAxis = new long[rank];
      var outAxis = new long[rank];
      long bAt = b.offset();
      long outAt = out.layout().offset();
      for (int a = 0; a < rank; a++) {
        var axis = axes.get(a);
        bAxis[a] = axis.tapPeriod() * b.stride(1 + a);
        bAt += axis.firstTap() * b.stride(1 + a);
        outAxis[a] = axis.rowPeriod() * out.layout().stride(1 + a);
        outAt += axis.firstRow() * out.layout().stride(1 + a);
      }
      var numbers = new ConvolutionNumbers(axes, spatial(x), false, x.layout(),
          x.shape().size(-1) / groups * x.layout().stride(rank + 1),
          new Operand(bAt, b.stride(0), bAxis, b.stride(rank + 1), b.stride(rank + 2)),
          new Operand(outAt, columns, outAxis, out.layout().stride(0), 1), 0);
      boolean wide = wide(in, out);
      launches.add(vectors()
          ? vectors(numbers, x, bias, columns, groups, out.dtype(), wide)
          : tiled(numbers, x, bias, columns, groups, 1, out.dtype(), wide));
    }
    return new Plan(launches, packs ? weight : null, filled, 1);
  }

  private static long lanes(View view) {
    return ConvolutionKernel.lanes(view.dtype());
  }

  private boolean wide(View[] in, View out) {
    return tuning.wide() || Dims.isWide(out) || Arrays.stream(in).anyMatch(Dims::isWide);
  }

  private static long[] spatial(View x) {
    return Arrays.copyOfRange(x.shape().sizes(), 1, x.shape().rank() - 1);
  }

  /** A weight [kernel..., C/groups, O] as [groups, kernel..., depth, columns] of the product. */
  private static Layout byGroups(Layout weight, int groups, boolean back) {
    int rank = weight.shape().rank();
    long outputs = weight.shape().size(-1) / groups;
    var sizes = new long[rank + 1];
    var strides = new long[rank + 1];
    System.arraycopy(weight.shape().sizes(), 0, sizes, 1, rank);
    System.arraycopy(weight.strides(), 0, strides, 1, rank);
    sizes[0] = groups;
    sizes[rank] = outputs;
    strides[0] = outputs * weight.stride(rank - 1);
    if (back) {
      swap(sizes, rank - 1, rank);
      swap(strides, rank - 1, rank);
    }
    return new Layout(Shape.of(sizes), strides, weight.offset());
  }

  private static void swap(long[] numbers, int a, int b) {
    long kept = numbers[a];
    numbers[a] = numbers[b];
    numbers[b] = kept;
  }

  private Launch vectors(ConvolutionNumbers numbers, View x, @Nullable View bias, long columns, int groups,
      DType type, boolean wide) {
    var rows = windows(x.shape().size(0), numbers.axes());
    var taps = numbers.axes().stream().mapToLong(ConvolutionAxis::taps).toArray();
    var tile = tuning.convolutionVectors(type, which(false), columns);
    var source = new ConvolutionKernel(type, type, numbers.rank(), false, bias != null, wide, tile).vectors();
    var arguments = new Arguments();
    arguments.index(product(rows), wide);
    arguments.index(columns, wide);
    arguments.index(product(taps), wide);
    arguments.index(x.shape().size(-1) / groups, wide);
    addSizes(arguments, rows, wide);
    addSizes(arguments, taps, wide);
    var places = numbers.add(arguments, bias, wide);
    return new Launch(compiler.kernel(source, tile.group()), arguments, places,
        Math.ceilDiv(columns, tile.blockColumns()), Math.ceilDiv(product(rows), tile.rows()), groups);
  }

  private static ProductSize which(boolean weight) {
    return weight ? ProductSize.CONVOLUTION_WEIGHT : ProductSize.CONVOLUTION;
  }

  private Launch tiled(ConvolutionNumbers numbers, View x, @Nullable View bias, long columns, int groups,
      long chunks, DType type, boolean wide) {
    var windows = windows(x.shape().size(0), numbers.axes());
    var taps = taps(numbers.axes(), x.shape().size(-1) / groups);
    boolean weight = numbers.weight();
    var rows = weight ? taps : windows;
    var depth = weight ? windows : taps;
    var matrix = matrix(type, columns, product(taps));
    var tile = matrix != null ? matrixTile(columns)
        : tuning.convolutionTile(type.computeType(), which(weight));
    var kernel = new ConvolutionKernel(type, chunks > 1 ? type.computeType() : type, numbers.rank(), weight,
        bias != null, wide, tile);
    var source = matrix == null ? kernel.tiled()
        : kernel.matrix(matrix, copies(numbers, x, type, columns, x.shape().size(-1) / groups));
    var arguments = new Arguments();
    arguments.index(product(rows), wide);
    arguments.index(columns, wide);
    arguments.index(product(depth), wide);
    arguments.index(Math.max(1, Math.ceilDiv(product(depth), chunks)), wide);
    arguments.index(chunks, wide);
    addSizes(arguments, rows, wide);
    addSizes(arguments, depth, wide);
    var places = numbers.add(arguments, bias, wide);
    return new Launch(compiler.kernel(source, tile.group()), arguments, places,
        Math.ceilDiv(columns, tile.blockColumns()), Math.ceilDiv(product(rows), tile.blockRows()),
        groups * chunks);
  }

  /** The instruction by which a convolution is computed; null for none. */
  private @Nullable MatrixInstruction matrix(DType type, long columns, long taps) {
    var instruction = tuning.matrix();
    boolean takes = instruction != null && instruction.hasFragments() && tuning.localMemory() >= MATRIX_SHARED
        && (type.isHalf() || type == DType.FLOAT32 && tf32);
    return takes && columns >= WORTH_MATRICES && taps >= WORTH_MATRICES ? instruction : null;
  }

  private static MatmulTile matrixTile(long columns) {
    return columns > ConvolutionKernel.NARROW_MATRIX.blockColumns() ? ConvolutionKernel.WIDE_MATRIX
        : ConvolutionKernel.NARROW_MATRIX;
  }

  /** Whether 16 bytes at a time can be copied: side by side, and all that lies between them multiples of that. */
  private static ConvolutionKernel.Copies copies(ConvolutionNumbers numbers, View x, DType type, long columns,
      long channels) {
    int per = 16 / type.bytes();
    int rank = numbers.rank();
    boolean ofX = x.layout().stride(rank + 1) == 1
        && isMultiple(per, channels, x.layout().offset(), numbers.xGroup(), x.layout().stride(0))
        && isMultiple(per, Arrays.copyOfRange(x.layout().strides(), 1, rank + 1));
    var b = numbers.b();
    boolean along = b.column() != 1 && b.rest() == 1 && !numbers.weight();
    boolean ofB = (along || b.column() == 1)
        && isMultiple(per, along ? channels : columns, along ? b.column() : b.rest(), b.at(), b.group())
        && isMultiple(per, b.axis());
    return new ConvolutionKernel.Copies(ofX, along, ofB);
  }

  private static boolean isMultiple(int of, long... numbers) {
    return Arrays.stream(numbers).allMatch(number -> number % of == 0);
  }

  /** @param in x and the gradient that arrives [N, windows..., O] */
  Plan weight(List<ConvolutionAxis> axes, int groups, View[] in, View out) {
    var x = in[0];
    int rank = axes.size();
    long columns = out.shape().size(-1) / groups;
    boolean packs = vectors() && in[1].layout().stride(rank + 1) != 1;
    var g = packs ? Packer.filledUp(in[1].shape(), in[1].shape().size(-1)) : in[1].layout();
    long channels = x.shape().size(-1) / groups;
    boolean wide = wide(in, out);
    var numbers = new ConvolutionNumbers(axes, spatial(x), true, x.layout(),
        channels * x.layout().stride(rank + 1),
        new Operand(g.offset(), columns * g.stride(rank + 1),
            Arrays.copyOfRange(g.strides(), 1, rank + 1), g.stride(0), g.stride(rank + 1)),
        new Operand(0, columns, Arrays.copyOf(out.layout().strides(), rank), out.layout().stride(rank), 1),
        out.numel());
    long chunks;
    if (vectors()) {
      var tile = tuning.convolutionVectors(out.dtype(), which(true), columns);
      long items = groups * product(taps(axes, Math.ceilDiv(channels, tile.rows())))
          * Math.ceilDiv(columns, tile.blockColumns());
      chunks = pieces(x.shape().size(0), Math.ceilDiv(ENOUGH_ITEMS, items));
    } else {
      var tile = matrix(out.dtype(), columns, product(taps(axes, channels))) != null ? matrixTile(columns)
          : tuning.convolutionTile(out.dtype().computeType(), which(true));
      long tiles = groups * Math.ceilDiv(product(taps(axes, channels)), tile.blockRows())
          * Math.ceilDiv(columns, tile.blockColumns());
      long depth = product(windows(x.shape().size(0), axes));
      chunks = pieces(depth, Math.min(Math.ceilDiv(ENOUGH_GROUPS, tiles), depth / SHORTEST));
    }
    if (chunks == 1) numbers = numbers.to(out.layout().offset());
    var launch = vectors()
        ? weightVectors(numbers, x, columns, groups, chunks, out.dtype(), wide)
        : tiled(numbers, x, null, columns, groups, chunks, out.dtype(), wide);
    return new Plan(List.of(launch), packs ? in[1].layout() : null, in[1].shape().size(-1), chunks);
  }

  /** Into how many pieces a length is cut so that none is empty; about as many as wanted. */
  private static long pieces(long length, long wanted) {
    long piece = Math.ceilDiv(length, Math.max(1, Math.min(wanted, length)));
    return Math.ceilDiv(length, piece);
  }

  private Launch weightVectors(ConvolutionNumbers numbers, View x, long columns, int groups, long chunks,
      DType type, boolean wide) {
    var axes = numbers.axes();
    long images = x.shape().size(0);
    long channels = x.shape().size(-1) / groups;
    var taps = axes.stream().mapToLong(ConvolutionAxis::taps).toArray();
    var windows = axes.stream().mapToLong(ConvolutionAxis::rows).toArray();
    var lines = Arrays.copyOf(windows, windows.length - 1);
    var tile = tuning.convolutionVectors(type, which(true), columns);
    var source = new ConvolutionKernel(type, type, numbers.rank(), true, false, wide, tile).weightVectors();
    var arguments = new Arguments();
    arguments.index(channels, wide);
    arguments.index(columns, wide);
    arguments.index(images, wide);
    arguments.index(Math.ceilDiv(images, chunks), wide);
    arguments.index(chunks, wide);
    arguments.index(product(lines), wide);
    arguments.index(windows[windows.length - 1], wide);
    addSizes(arguments, taps, wide);
    addSizes(arguments, lines, wide);
    var places = numbers.add(arguments, null, wide);
    return new Launch(compiler.kernel(source, tile.group()), arguments, places,
        Math.ceilDiv(columns, tile.blockColumns()),
        product(taps) * Math.ceilDiv(channels, tile.rows()), groups * chunks);
  }

  /** [n, rows...] */
  private static long[] windows(long images, List<ConvolutionAxis> axes) {
    var sizes = new long[axes.size() + 1];
    sizes[0] = images;
    for (int a = 0; a < axes.size(); a++) sizes[a + 1] = axes.get(a).rows();
    return sizes;
  }

  /** [taps..., channels] */
  private static long[] taps(List<ConvolutionAxis> axes, long channels) {
    var sizes = new long[axes.size() + 1];
    for (int a = 0; a < axes.size(); a++) sizes[a] = axes.get(a).taps();
    sizes[axes.size()] = channels;
    return sizes;
  }

  private static long product(long[] sizes) {
    return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
  }

  /** Coordinates' sizes; a phase may have no taps, and then nothing is divided by their number. */
  private static void addSizes(Arguments arguments, long[] sizes, boolean wide) {
    var dims = new Dims(Arrays.stream(sizes).map(size -> Math.max(1, size)).toArray(), new long[0][]);
    dims.addSizes(arguments, wide);
  }
}
