package io.jacquard.opencl;

import io.jacquard.expr.Program;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.kernels.MatmulTile;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.LayerNormBackward;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.RequireRange;
import io.jacquard.ops.Softmax;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Operation;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs tensors on an OpenCL device.
 *
 * <p>Calls only put work on a queue; {@link #download} and {@link #synchronize} wait. This class only hands calls on; see
 * {@link Queue}, {@link Maps}, {@link Reduces}, {@link Products}, {@link Rows}, {@link Scans},
 * {@link Sorts} and {@link Norms}.
 */
final class OpenClBackend implements Backend {
  private final DeviceInfo info;
  private final Tuning tuning;
  private final Queue queue;
  private final Compiler compiler;
  private final Scratch scratch;
  private final Maps maps;
  private final Reduces reduces;
  private final Products products;
  /** Products with other tiles, which {@link Tuner} has asked for. */
  private final List<Products> tried = new ArrayList<>();
  private final Checks checks;
  private final Rows rows;
  private final Scans scans;
  private final Sorts sorts;
  private final Norms norms;
  private final Convolutions convolutions;

  OpenClBackend(ClDevice device, int ordinal) {
    this(device, ordinal, Tuning.of(device));
  }

  OpenClBackend(ClDevice device, int ordinal, Tuning tuning) {
    this(device, ordinal, tuning, Cl.NATIVE, Profile.wanted());
  }

  OpenClBackend(ClDevice device, int ordinal, Tuning tuning, Cl cl, @Nullable Profile profile) {
    info = device.info(ordinal);
    this.tuning = tuning;
    queue = new Queue(device, info.name(), cl, profile);
    compiler = new Compiler(queue, tuning);
    scratch = new Scratch(queue);
    maps = new Maps(compiler, tuning);
    reduces = new Reduces(compiler, scratch, tuning);
    products = new Products(compiler, tuning, maps, queue);
    checks = new Checks(compiler, queue.complaints);
    scans = new Scans(compiler);
    sorts = new Sorts(compiler, queue);
    rows = new Rows(compiler, checks, sorts);
    norms = new Norms(compiler, tuning, reduces, checks, queue);
    convolutions = new Convolutions(compiler, tuning, maps, reduces, queue);
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Buffer allocate(long bytes) {
    return queue.allocate(bytes);
  }

  @Override
  public void free(Buffer buffer) {
    queue.free(buffer);
  }

  /** How this device multiplies float32 matrices with a tile. */
  Tuner.Way products(MatmulTile tile) {
    var with = new Products(compiler, tuning.with(tile), maps, queue);
    tried.add(with);
    return (a, b, c) -> with.run(Gemm.PLAIN, new long[0], a, b, new View[0], new View[]{c});
  }

  /** OpenCL's handle of the queue, for libraries that are compared with. */
  long queueHandle() {
    return queue.handle();
  }

  /** Bytes in all buffers that the device gave, those that kernels use for themselves included. */
  long allocatedBytes() {
    return queue.liveBytes();
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    queue.upload(from, to, offset);
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    queue.download(from, offset, to);
  }

  @Override
  public void synchronize() {
    queue.synchronize();
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
      case Convolution convolution -> convolutions.convolve(convolution, in, out[0]);
      case ConvolutionInputGradient gradient -> convolutions.inputGradient(gradient, in, out[0]);
      case ConvolutionWeightGradient gradient -> convolutions.weightGradient(gradient, in, out[0]);
      default -> false;
    };
  }

  @Override
  public void close() {
    tried.forEach(Products::close);
    compiler.close();
    norms.close();
    products.close();
    convolutions.close();
    sorts.close();
    scratch.close();
    queue.close();
  }
}
