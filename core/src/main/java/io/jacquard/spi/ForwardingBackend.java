package io.jacquard.spi;

import io.jacquard.expr.Program;
import java.lang.foreign.MemorySegment;

/**
 * A backend that hands every call to another one: the base of decorators, which override what they watch. Only {@link
 * #capture} and {@link #mailbox} are not handed on, so that a decorator sees each call of a step, and the host its loss.
 *
 * <pre>{@code
 * class CountingMatmuls extends ForwardingBackend {
 *   int count;
 *
 *   CountingMatmuls(Backend inner) {
 *     super(inner);
 *   }
 *
 *   @Override
 *   public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
 *     count++;
 *     inner.matmul(how, params, a, b, extra, out);
 *   }
 * }
 * }</pre>
 */
public abstract class ForwardingBackend implements Backend {
  protected final Backend inner;

  protected ForwardingBackend(Backend inner) {
    this.inner = inner;
  }

  @Override
  public DeviceInfo info() {
    return inner.info();
  }

  @Override
  public Buffer allocate(long bytes) {
    return inner.allocate(bytes);
  }

  @Override
  public void free(Buffer buffer) {
    inner.free(buffer);
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    inner.upload(from, to, offset);
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    inner.download(from, offset, to);
  }

  @Override
  public void synchronize() {
    inner.synchronize();
  }

  @Override
  public void map(Program program, long[] params, View[] in, View[] out) {
    inner.map(program, params, in, out);
  }

  @Override
  public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
    inner.reduce(how, each, params, in, axes, out);
  }

  @Override
  public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    inner.matmul(how, params, a, b, extra, out);
  }

  @Override
  public void gather(View table, View index, View out) {
    inner.gather(table, index, out);
  }

  @Override
  public void scatterAdd(View index, View rows, View table) {
    inner.scatterAdd(index, rows, table);
  }

  @Override
  public void scan(Scan how, int axis, View in, View out) {
    inner.scan(how, axis, in, out);
  }

  @Override
  public void argsort(boolean descending, int axis, View in, View indexOut) {
    inner.argsort(descending, axis, in, indexOut);
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    return inner.run(op, in, out);
  }

  @Override
  public boolean allowTf32(boolean allowed) {
    return inner.allowTf32(allowed);
  }

  @Override
  public boolean namesOperations() {
    return inner.namesOperations();
  }

  @Override
  public boolean isPreparing() {
    return inner.isPreparing();
  }

  @Override
  public long spareBytes() {
    return inner.spareBytes();
  }

  @Override
  public void close() {
    inner.close();
  }
}
