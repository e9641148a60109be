package io.jacquard.kernels.plan;

import io.jacquard.expr.Program;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.BatchNormBackward;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.LayerNormBackward;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.MaxPool;
import io.jacquard.ops.MaxPoolGradient;
import io.jacquard.ops.MaxPoolPick;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrenceBackward;
import io.jacquard.ops.RequireRange;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.ops.ScaledDotProductAttentionBackward;
import io.jacquard.ops.Softmax;
import io.jacquard.ops.SumPool;
import io.jacquard.ops.SumPoolGradient;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Operation;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * A backend whose work is done by the kernels of {@link io.jacquard.kernels}. Each call goes to the planner of its family,
 * which turns it into launches; what starts them is the subclass's matter.
 *
 * <p>Calls only put work on a queue; {@link #download} and {@link #synchronize} wait. A new composite op gets a planner of
 * its own, made in the constructor and closed in {@link #close}, and a line in {@link #run}.
 *
 * <pre>{@code
 * final class MyBackend extends KernelBackend {
 *   MyBackend(KernelCompiler compiler, KernelMemory memory, Complaints complaints) {
 *     super(compiler, memory, complaints, new Tuning(256, 256, 48 << 10, false, null, true));
 *   }
 *
 *   @Override
 *   public DeviceInfo info() {
 *     return new DeviceInfo("mine", 0, "A device of mine", 0, true);
 *   }
 * }
 * }</pre>
 */
public abstract class KernelBackend implements Backend {
  private final KernelCompiler compiler;
  private final KernelMemory memory;
  private final Tuning tuning;
  private final Scratch scratch;
  private final Maps maps;
  private final Reduces reduces;
  private final Products products;
  /** Products with other tiles than the tuning's. */
  private final Map<MatmulTile, Products> tried = new HashMap<>();
  private final Map<MatmulTile, Convolutions> triedConvolutions = new HashMap<>();
  private final Checks checks;
  private final Rows rows;
  private final Scans scans;
  private final Sorts sorts;
  private final Norms norms;
  private final Convolutions convolutions;
  private final Pools pools;
  private final BatchNorms batchNorms;
  private final Attentions attentions;
  private final Recurrences recurrences;

  /**
   * @param complaints those that the memory raises whenever it waits
   * @param tuning which forms of kernels the device gets
   */
  protected KernelBackend(KernelCompiler compiler, KernelMemory memory, Complaints complaints,
      Tuning tuning) {
    this.compiler = compiler;
    this.memory = memory;
    this.tuning = tuning;
    scratch = new Scratch(memory);
    maps = new Maps(compiler, tuning);
    reduces = new Reduces(compiler, scratch, tuning);
    products = new Products(compiler, tuning, maps, memory);
    checks = new Checks(compiler, complaints);
    scans = new Scans(compiler);
    sorts = new Sorts(compiler, memory);
    rows = new Rows(compiler, checks, sorts);
    norms = new Norms(compiler, tuning, reduces, checks, memory);
    convolutions = new Convolutions(compiler, tuning, maps, reduces, memory);
    pools = new Pools(compiler, tuning);
    batchNorms = new BatchNorms(maps, reduces, memory);
    attentions = new Attentions(compiler, tuning, reduces, memory);
    recurrences = new Recurrences(compiler, tuning, products, maps, memory);
  }

  /**
   * Whether convolutions and attention of float32 may round their inputs to TF32 from now on, where the device has matrix
   * instructions for that; off at first. A call that was captured stays as it was.
   */
  protected final void tf32(boolean convolution, boolean attention) {
    convolutions.tf32(convolution);
    attentions.tf32(attention);
  }

  @Override
  public Buffer allocate(long bytes) {
    return memory.allocate(bytes);
  }

  @Override
  public void free(Buffer buffer) {
    memory.free(buffer);
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    memory.upload(from, to, offset);
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    memory.download(from, offset, to);
  }

  @Override
  public void synchronize() {
    memory.synchronize();
  }

  @Override
  public void map(Program program, long[] params, View[] in, View[] out) {
    maps.run(program, params, in, out);
  }

  @Override
  public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
    reduces.run(how, each, params, in, axes, out);
  }

  @Override
  public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    products.run(how, params, a, b, extra, out);
  }

  /** {@code c = a.b} in float32, with a tile of the caller's choice. */
  protected void multiply(MatmulTile tile, View a, View b, View c) {
    tried.computeIfAbsent(tile, t -> new Products(compiler, tuning.with(Tiles.all(t)), maps, memory))
        .run(Gemm.PLAIN, new long[0], a, b, new View[0], new View[]{c});
  }

  /** {@code c} is what a convolution, or the gradient of a weight, makes of a and b, with a tile of the caller's choice. */
  protected void convolve(MatmulTile tile, Operation op, View a, View b, View c) {
    var with = triedConvolutions.computeIfAbsent(tile,
        t -> new Convolutions(compiler, tuning.with(Tiles.all(t)), maps, reduces, memory));
    switch (op) {
      case Convolution convolution -> with.convolve(convolution, new View[]{a, b}, c);
      case ConvolutionWeightGradient gradient -> with.weightGradient(gradient, new View[]{a, b}, c);
      default -> throw new IllegalArgumentException(op.name());
    }
  }

  /** Device memory for what one call hands from launch to launch; another call may take it. */
  protected final KernelBuffer scratch(long bytes) {
    return scratch.buffer(bytes);
  }

  @Override
  public void gather(View table, View index, View out) {
    rows.gather(table, index, out);
  }

  @Override
  public void scatterAdd(View index, View rows, View table) {
    this.rows.scatterAdd(index, rows, table);
  }

  @Override
  public void scan(Scan how, int axis, View in, View out) {
    scans.run(how, axis, in, out);
  }

  @Override
  public void argsort(boolean descending, int axis, View in, View indexOut) {
    sorts.argsort(descending, axis, in, indexOut);
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    return switch (op) {
      case RequireRange range -> {
        checks.run(range, in[0]);
        yield true;
      }
      case Softmax softmax -> norms.softmax(false, softmax.dim(), in[0], out[0]);
      case LogSoftmax softmax -> norms.softmax(true, softmax.dim(), in[0], out[0]);
      case CrossEntropy _ ->
        norms.crossEntropy(CrossEntropy.allowed("cross_entropy", in[0].shape().size(1)), in[0], in[1], out[0],
            out[1]);
      case LayerNorm norm -> norms.layerNorm(norm, in, out);
      case LayerNormBackward norm -> norms.layerNormBackward(norm, in, out);
      case BatchNorm norm -> batchNorms.forward(norm, in, out);
      case BatchNormBackward norm -> batchNorms.backward(norm, in, out);
      case MaxPool pool -> pools.max(pool, in, out);
      case MaxPoolGradient pool -> pools.maxGradient(pool, in, out);
      case MaxPoolPick pool -> pools.pick(pool, in, out);
      case SumPool pool -> pools.sum(pool, in, out);
      case SumPoolGradient pool -> pools.sumGradient(pool, in, out);
      case Convolution convolution -> convolutions.convolve(convolution, in, out[0]);
      case ConvolutionInputGradient gradient -> convolutions.inputGradient(gradient, in, out[0]);
      case ConvolutionWeightGradient gradient -> convolutions.weightGradient(gradient, in, out[0]);
      case ScaledDotProductAttention attention -> attentions.forward(attention, in, out);
      case ScaledDotProductAttentionBackward attention -> attentions.backward(attention, in, out);
      case Recurrence recurrence -> recurrences.forward(recurrence, in, out);
      case RecurrenceBackward recurrence -> recurrences.backward(recurrence, in, out);
      default -> false;
    };
  }

  /** Gives back what planners have on the device. Subclasses close what they gave to the constructor after it. */
  @Override
  public void close() {
    tried.values().forEach(Products::close);
    triedConvolutions.values().forEach(Convolutions::close);
    norms.close();
    products.close();
    convolutions.close();
    batchNorms.close();
    attentions.close();
    recurrences.close();
    sorts.close();
    scratch.close();
  }
}
