package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.expr.Program;
import io.jacquard.expr.ScalarOp;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.Operation;
import io.jacquard.spi.OutOfDeviceMemory;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Scan;
import io.jacquard.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A backend of plain loops that reads like a specification and checks everything that is assumed of its caller: use after
 * free, access outside of a buffer, outputs that overlap inputs or themselves, types and shapes that do not fit. The
 * tests of {@code core} run on it, and other backends are compared with it.
 *
 * <pre>{@code
 * Device.with(ReferenceBackend.device(), () -> test());
 * }</pre>
 *
 * <p>A violated assumption is a defect of the caller's, so it is an {@link IllegalArgumentException} or {@link
 * IllegalStateException}; only what a user can cause is a {@link JacquardException}.
 */
public final class ReferenceBackend implements Backend {
  private final long capacity;
  private long used;
  private int buffers;

  public ReferenceBackend() {
    this(Long.MAX_VALUE);
  }

  /** @param capacity the bytes that may be allocated together, for tests of what happens then */
  public ReferenceBackend(long capacity) {
    this.capacity = capacity;
  }

  /** A fresh device of plain loops. It is not found by {@code auto}: a test asks for it. */
  public static Device device() {
    return new Device(new ReferenceBackend());
  }

  @Override
  public DeviceInfo info() {
    return new DeviceInfo("reference", 0, "plain loops, for tests", 1, true);
  }

  /** The number of buffers that were allocated and not freed. */
  public int liveBuffers() {
    return buffers;
  }

  @Override
  public Buffer allocate(long bytes) {
    if (bytes < 0) throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
    if (bytes > capacity - used)
      throw new OutOfDeviceMemory("the reference backend holds " + used + " of " + capacity + " bytes");
    used += bytes;
    buffers++;
    return new HostBuffer(bytes);
  }

  @Override
  public void free(Buffer buffer) {
    ((HostBuffer) buffer).free();
    used -= buffer.bytes();
    buffers--;
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    ((HostBuffer) to).memory().asSlice(offset, from.byteSize()).copyFrom(from);
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    to.copyFrom(((HostBuffer) from).memory().asSlice(offset, to.byteSize()));
  }

  @Override
  public void synchronize() {
    // everything is done when a call returns
  }

  @Override
  public void map(Program program, long[] params, View[] in, View[] out) {
    var call = new CheckedCall("map", in, out);
    call.checkInputTypes(program.inputs());
    call.checkOutputTypes(CheckedCall.outputTypes(program));
    call.checkInputShapes(out[0].shape());
    call.checkOutputShapes(out[0].shape());
    var evaluate = new Evaluate(program, params);
    for (long i = 0; i < out[0].numel(); i++) {
      var values = evaluate.at(i, call.inputsAt(i));
      for (int j = 0; j < out.length; j++) call.output(j).set(i, values[j]);
    }
  }

  @Override
  public void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out) {
    if (in.length == 0 || how.fold().isArg() && axes.length != 1)
      throw new IllegalArgumentException(
          "reduce: " + how + " of " + in.length + " inputs, " + axes.length + " axes");
    var call = new CheckedCall("reduce", in, out);
    call.checkInputTypes(each.inputs());
    call.checkInputShapes(in[0].shape());
    var types = CheckedCall.outputTypes(each);
    call.checkFolds(types.stream().map(type -> Fold.resultType(how.fold(), type)).toList());
    var lines = new Lines(in[0].shape(), axes);
    call.checkOutputShapes(lines.kept());
    var evaluate = new Evaluate(each, params);
    for (long line = 0; line < lines.count(); line++) {
      var folds = types.stream().map(type -> Fold.of(how.fold(), type)).toArray(Fold[]::new);
      for (long place = 0; place < lines.length(); place++) {
        long i = lines.element(line, place);
        var values = evaluate.at(i, call.inputsAt(i));
        for (int j = 0; j < folds.length; j++) folds[j].add(values[j]);
      }
      for (int j = 0; j < folds.length; j++) {
        var folded = Fold.resultType(how.fold(), types.get(j));
        var kept = call.output(j).type();
        if (how.accumulate()) folds[j].add(Arithmetic.cast(kept, folded, call.output(j).get(line)));
        call.output(j).set(line, Arithmetic.cast(folded, kept, folds[j].result()));
      }
    }
  }

  @Override
  public void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out) {
    new Matmul(how, a, b, extra, out).run(params);
  }

  @Override
  public void gather(View table, View index, View out) {
    var call = new CheckedCall("gather", new View[]{table, index}, new View[]{out});
    call.checkOutputTypes(List.of(table.dtype()));
    var rows = call.rows(call.input(1), table.shape(), out.shape());
    long width = rows.length == 0 ? 0 : out.numel() / rows.length;
    for (int i = 0; i < rows.length; i++) {
      for (long c = 0; c < width; c++)
        call.output(0).set(i * width + c, call.input(0).get(rows[i] * width + c));
    }
  }

  @Override
  public void scatterAdd(View index, View added, View table) {
    var call = new CheckedCall("scatterAdd", new View[]{index, added}, new View[]{table});
    call.checkNoHalves();
    call.checkOutputTypes(List.of(added.dtype()));
    var rows = call.rows(call.input(0), table.shape(), added.shape());
    long width = rows.length == 0 ? 0 : added.numel() / rows.length;
    for (int i = 0; i < rows.length; i++) {
      for (long c = 0; c < width; c++) {
        long at = rows[i] * width + c;
        long sum = Arithmetic.apply(ScalarOp.ADD, table.dtype(), call.output(0).get(at),
            call.input(1).get(i * width + c), 0);
        call.output(0).set(at, sum);
      }
    }
  }

  @Override
  public void scan(Scan how, int axis, View in, View out) {
    var call = new CheckedCall("scan", new View[]{in}, new View[]{out});
    call.checkNoHalves();
    call.checkOutputShapes(in.shape());
    var kind = Reduction.Fold.valueOf(how.name());
    call.checkOutputTypes(List.of(Fold.resultType(kind, in.dtype())));
    var lines = new Lines(in.shape(), axis);
    for (long line = 0; line < lines.count(); line++) {
      var fold = Fold.of(kind, in.dtype());
      for (long place = 0; place < lines.length(); place++) {
        long i = lines.element(line, place);
        fold.add(call.input(0).get(i));
        call.output(0).set(i, fold.result());
      }
    }
  }

  @Override
  public void argsort(boolean descending, int axis, View in, View indexOut) {
    var call = new CheckedCall("argsort", new View[]{in}, new View[]{indexOut});
    call.checkNoHalves();
    call.checkOutputShapes(in.shape());
    call.checkOutputTypes(List.of(DType.INT64));
    var lines = new Lines(in.shape(), axis);
    for (long line = 0; line < lines.count(); line++) {
      var order = Order.of(call.input(0), lines, line, descending);
      for (int place = 0; place < order.length; place++)
        call.output(0).set(lines.element(line, place), order[place]);
    }
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    return false;
  }

  @Override
  public void close() {
    // memory goes with the buffers
  }
}
