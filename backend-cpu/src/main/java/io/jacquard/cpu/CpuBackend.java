package io.jacquard.cpu;

import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.ops.BatchNorm;
import io.jacquard.ops.BatchNormBackward;
import io.jacquard.ops.BatchNormRelu;
import io.jacquard.ops.BatchNormReluBackward;
import io.jacquard.ops.LayerNorm;
import io.jacquard.ops.LayerNormBackward;
import io.jacquard.ops.Convolution;
import io.jacquard.ops.ConvolutionInputGradient;
import io.jacquard.ops.ConvolutionWeightGradient;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrenceBackward;
import io.jacquard.ops.RequireRange;
import io.jacquard.ops.Softmax;
import io.jacquard.ops.ScaledDotProductAttention;
import io.jacquard.ops.ScaledDotProductAttentionBackward;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Operation;
import io.jacquard.spi.OutOfDeviceMemory;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;

/**
 * Runs tensors on the cores of the host, with the Vector API.
 *
 * <p>Each call is done when it returns. This class only hands calls on; see {@link Maps}, {@link Reduces},
 * {@link Products}, {@link Rows} and {@link Lines}.
 */
final class CpuBackend implements Backend {
  private final DeviceInfo info;
  private final Workers workers;
  private final Kernels kernels;
  private final Maps maps;
  private final Reduces reduces;
  private final Products products;
  private final Rows rows;
  private final Lines lines;
  private final LayerNorms layerNorms;
  private final BatchNorms batchNorms;
  private final Softmaxes softmaxes;
  private final ConvolutionPaths convolutions;
  private final Attention attention;
  private final Recurrences recurrences;
  private final RecurrencesBackward recurrencesBackward;

  CpuBackend(DeviceInfo info, KernelCompiler.Mode mode) {
    this.info = info;
    workers = Workers.of(info.threads());
    kernels = new Kernels(mode);
    maps = new Maps(workers, kernels);
    reduces = new Reduces(workers, kernels);
    products = new Products(workers, maps, kernels.compiler);
    rows = new Rows(workers);
    lines = new Lines(workers);
    layerNorms = new LayerNorms(workers, kernels.compiler);
    batchNorms = new BatchNorms(workers, kernels.compiler);
    softmaxes = new Softmaxes(workers, kernels.compiler);
    convolutions = new ConvolutionPaths(workers, maps, products, kernels.compiler);
    attention = new Attention(workers, products);
    recurrences = new Recurrences(workers, products, maps);
    recurrencesBackward = new RecurrencesBackward(workers, products, maps);
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Buffer allocate(long bytes) {
    try {
      return new CpuBuffer(Memory.allocate(bytes), bytes);
    } catch (OutOfMemoryError e) {
      throw new OutOfDeviceMemory(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void free(Buffer buffer) {
    Memory.free(((CpuBuffer) buffer).address);
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    long address = inside("upload", to, offset, from.byteSize());
    MemorySegment.copy(from, 0, Memory.ALL, address, from.byteSize());
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    long address = inside("download", from, offset, to.byteSize());
    MemorySegment.copy(Memory.ALL, address, to, 0, to.byteSize());
  }

  private static long inside(String op, Buffer buffer, long offset, long bytes) {
    if (offset < 0 || bytes > buffer.bytes() - offset) {
      throw new JacquardException(
          op + ": " + bytes + " bytes from byte " + offset + " on do not lie in a buffer of "
              + buffer.bytes() + " bytes.");
    }
    long address = ((CpuBuffer) buffer).address + offset;
    Memory.check(address, bytes, op);
    return address;
  }

  @Override
  public void synchronize() {
    // every call is done when it returns
  }

  @Override
  public boolean isPreparing() {
    return kernels.compiler.isPreparing();
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
    lines.scan(how, axis, in, out);
  }

  @Override
  public void argsort(boolean descending, int axis, View in, View indexOut) {
    lines.argsort(descending, axis, in, indexOut);
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    return switch (op) {
      case RequireRange range -> RangeCheck.run(range, in[0]);
      case LayerNorm norm -> layerNorms.forward(norm, in, out);
      case LayerNormBackward norm -> layerNorms.backward(norm, in, out);
      case BatchNorm norm -> batchNorms.forward(norm, in, out);
      case BatchNormBackward _ -> batchNorms.backward(in, out);
      case BatchNormRelu norm -> batchNorms.forward(norm, in, out);
      case BatchNormReluBackward norm -> batchNorms.backward(norm, in, out);
      case Softmax softmax -> softmaxes.softmax(softmax, in[0], out[0]);
      case LogSoftmax softmax -> softmaxes.logSoftmax(softmax, in[0], out[0]);
      case CrossEntropy _ -> softmaxes.crossEntropy(in, out);
      case Recurrence recurrence -> recurrences.run(recurrence, in, out);
      case RecurrenceBackward backward -> recurrencesBackward.run(backward, in, out);
      case Convolution convolution -> convolutions.convolve(convolution, in, out[0]);
      case ConvolutionInputGradient gradient -> convolutions.inputGradient(gradient, in, out[0]);
      case ConvolutionWeightGradient gradient -> convolutions.weightGradient(gradient, in, out[0]);
      case ScaledDotProductAttention dot ->
        needs(KernelCompiler.Loops.ATTENTION) && attention.forward(dot, in, out);
      case ScaledDotProductAttentionBackward dot ->
        needs(KernelCompiler.Loops.ATTENTION) && attention.backward(dot, in, out);
      default -> false;
    };
  }

  private boolean needs(KernelCompiler.Loops loops) {
    kernels.compiler.need(loops);
    return true;
  }

  @Override
  public void close() {
    kernels.close();
    convolutions.close();
    reduces.close();
    workers.close();
  }
}
