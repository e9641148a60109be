package io.jacquard.inspect;

import io.jacquard.io.Safetensors.Entry;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Call;
import io.jacquard.spi.View;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a call read and wrote whose results differ, on the host.
 *
 * <pre>{@code
 * sideBySide.evidence().ifPresent(evidence -> System.out.println(evidence.inputs().size() + " inputs"));
 * }</pre>
 *
 * @param inputs in the order of the call's; behind them what its outputs held, where the call reads them
 * @param expected the outputs of the device that is believed
 * @param found those of the other
 */
public record Evidence(List<Entry> inputs, List<Entry> expected, List<Entry> found) {
  /** The views that a call reads. */
  static View[] read(Call call) {
    var in = call.inputs();
    if (!call.accumulates()) return in;
    var out = call.outputs();
    var all = Arrays.copyOf(in, in.length + out.length);
    System.arraycopy(out, 0, all, in.length, out.length);
    return all;
  }

  /** To be called before the call is made: it may write over what it reads. */
  static Evidence before(Call call, Backend backend, UnaryOperator<View> own, Arena arena) {
    var inputs = new ArrayList<Entry>();
    for (var view : read(call)) inputs.add(entry(HostView.read(backend, own.apply(view), arena)));
    return new Evidence(inputs, List.of(), List.of());
  }

  Evidence with(HostView[] expected, HostView[] found) {
    return new Evidence(inputs, Arrays.stream(expected).map(Evidence::entry).toList(),
        Arrays.stream(found).map(Evidence::entry).toList());
  }

  private static Entry entry(HostView host) {
    return new Entry(host.dtype(), host.shape(), host.dense(Arena.ofAuto()));
  }
}
