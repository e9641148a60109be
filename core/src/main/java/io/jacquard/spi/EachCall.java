package io.jacquard.spi;

import io.jacquard.expr.Program;

/**
 * The base of decorators that treat all calls that compute alike: each arrives as a {@link Call}. What moves data, and
 * {@link #run}, which a backend may decline, stay methods of their own.
 *
 * <pre>{@code
 * class Naming extends EachCall {
 *   Naming(Backend inner) {
 *     super(inner);
 *   }
 *
 *   @Override
 *   protected void make(Call call) {
 *     System.out.println(call.describe());
 *     call.replay(inner);
 *   }
 * }
 * }</pre>
 */
public abstract class EachCall extends ForwardingBackend {
  protected EachCall(Backend inner) {
    super(inner);
  }

  /** Makes a call; {@code call.replay(inner)} hands it on. It is never a {@link Call.Run}. */
  protected abstract void make(Call call);

  @Override
  public void map(Program program, long[] params, View[] in, View[] out) {
    make(new Call.Map(program, params, in, out));
  }

  @Override
  public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
    make(new Call.Reduce(how, each, params, in, axes, out));
  }

  @Override
  public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    make(new Call.MatMul(how, params, a, b, extra, out));
  }

  @Override
  public void gather(View table, View index, View out) {
    make(new Call.Gather(table, index, out));
  }

  @Override
  public void scatterAdd(View index, View rows, View table) {
    make(new Call.ScatterAdd(index, rows, table));
  }

  @Override
  public void scan(Scan how, int axis, View in, View out) {
    make(new Call.Running(how, axis, in, out));
  }

  @Override
  public void argsort(boolean descending, int axis, View in, View indexOut) {
    make(new Call.ArgSort(descending, axis, in, indexOut));
  }
}
