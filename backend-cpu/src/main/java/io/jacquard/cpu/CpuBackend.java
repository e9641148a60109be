package io.jacquard.cpu;

import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.ops.Recurrence;
import io.jacquard.ops.RecurrenceBackward;
import io.jacquard.ops.RequireRange;
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
 * Runs tensors on the cores of the host, with the Vector API or, where its module is not loaded, in plain loops ({@link Form}).
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
  private final Recurrences recurrences;
  private final RecurrencesBackward recurrencesBackward;
  private final Composites composites;

  /** On vectors. */
  CpuBackend(DeviceInfo info, KernelCompiler.Mode mode) {
    this(info, new VectorForm(), mode);
  }

  CpuBackend(DeviceInfo info, Form form, KernelCompiler.Mode mode) {
    this.info = info;
    workers = Workers.of(info.threads());
    kernels = new Kernels(form, mode);
    maps = new Maps(workers, kernels);
    reduces = new Reduces(workers, kernels);
    products = new Products(workers, maps, kernels.compiler);
    rows = new Rows(workers);
    lines = new Lines(workers);
    recurrences = new Recurrences(workers, products, maps);
    recurrencesBackward = new RecurrencesBackward(workers, products, maps);
    composites = form.composites(workers, kernels, maps, products);
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
    kernels.compiler.resultIsRead();
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
      case Recurrence recurrence -> recurrences.run(recurrence, in, out);
      case RecurrenceBackward backward -> recurrencesBackward.run(backward, in, out);
      default -> composites.run(op, in, out);
    };
  }

  @Override
  public void close() {
    kernels.close();
    composites.close();
    reduces.close();
    workers.close();
  }
}
