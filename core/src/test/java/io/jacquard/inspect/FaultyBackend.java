package io.jacquard.inspect;

import io.jacquard.DType;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Call;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.EachCall;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import io.jacquard.tensor.Op;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Plain loops under a name of their own, with a fault: of the calls that a test chooses, one element is wrong.
 *
 * <pre>{@code
 * var device = FaultyBackend.device("faulty", call -> call.name().equals("matmul"), Set.of());
 * }</pre>
 */
public final class FaultyBackend extends EachCall {
  private final String name;
  private final Predicate<Call> wrong;
  private final Set<String> takes;

  private FaultyBackend(String name, Predicate<Call> wrong, Set<String> takes) {
    super(new ReferenceBackend());
    this.name = name;
    this.wrong = wrong;
    this.takes = takes;
  }

  /** @param takes the composite operations that it runs itself */
  public static Device device(String name, Predicate<Call> wrong, Set<String> takes) {
    return new Device(backend(name, wrong, takes));
  }

  public static Backend backend(String name, Predicate<Call> wrong, Set<String> takes) {
    return new FaultyBackend(name, wrong, takes);
  }

  @Override
  public DeviceInfo info() {
    return new DeviceInfo(name, 0, "plain loops, with a fault", 1, true);
  }

  @Override
  protected void make(Call call) {
    call.replay(inner);
    if (wrong.test(call)) spoil(call.outputs()[0]);
  }

  @Override
  public boolean run(Operation op, View[] in, View[] out) {
    if (!takes.contains(op.name())) return false;
    Parts.run((Op) op, inner, in, out);
    if (wrong.test(new Call.Run(op, in, out))) spoil(out[0]);
    return true;
  }

  /** Changes the last element by a thousandth; of integers, by one. */
  private void spoil(View out) {
    if (out.dtype() != DType.FLOAT32 && out.dtype() != DType.INT64) return;
    var bits = new long[1];
    int size = out.dtype().bytes();
    var one = MemorySegment.ofArray(bits).asSlice(0, size);
    long last = out.layout().end() - 1;
    inner.download(out.buffer(), last * size, one);
    double value = out.dtype().value(bits[0]);
    bits[0] = out.dtype() == DType.INT64 ? bits[0] + 1 : out.dtype().bits(value * 1.001 + 0.001);
    inner.upload(one, out.buffer(), last * size);
  }
}
