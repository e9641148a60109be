package io.jacquard.inspect;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.io.Safetensors.Entry;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.Call;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.EachCall;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import io.jacquard.tensor.Op;
import io.jacquard.tensor.Where;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Several devices as one: every call is made on each of them, and its results are compared. Where they are further apart
 * than they may be, that is noted, the first time with the call's inputs. From then on all have the first device's bits, so
 * each call starts from the same numbers, and only what a call itself does wrong is held against it.
 *
 * <pre>{@code
 * var both = new SideBySide(List.of(device, Backends.discover().open("opencl")));
 * Where.tracked(() -> Device.with(new Device(both), () -> lossFn.of(model.call(x), y).backward()));
 * System.out.println(both.first().map(Difference::describe).orElse("All calls agree."));
 * }</pre>
 *
 * <p>An operation that some devices run by a faster path of their own is compared with what the others make of its parts.
 * For searching only: the host reads the results of each call.
 */
public final class SideBySide extends EachCall {
  /** A call that is to be made with other inputs than come up, and to be the only one that is held against a device. */
  private record Target(int call, String name, List<Entry> inputs) {}

  /** Memory of the same size on each device. */
  private record Twin(Buffer[] of, long bytes) implements Buffer {}

  private final List<Backend> backends;
  private final List<String> names;
  private final @Nullable Target target;
  private final Map<List<String>, Tally> tallies = new LinkedHashMap<>();
  private int calls;
  private boolean targetMet;
  private @Nullable Difference first;
  private @Nullable Evidence evidence;

  /** @param devices at least two; the first is the one that is believed */
  public SideBySide(List<Device> devices) {
    this(devices, null);
  }

  /**
   * Compares nothing but one call, which is made on other inputs than come up: those that were saved when it differed.
   *
   * @param call its number, from 1
   * @param name of the call; it is not made where another one has this number
   * @param inputs as {@link Evidence#inputs} gave them
   */
  public static SideBySide replaying(List<Device> devices, int call, String name, List<Entry> inputs) {
    return new SideBySide(devices, new Target(call, name, List.copyOf(inputs)));
  }

  private SideBySide(List<Device> devices, @Nullable Target target) {
    super(devices.getFirst().backend());
    if (devices.size() < 2)
      throw new IllegalArgumentException("expected two devices or more, but got " + devices);
    this.target = target;
    backends = devices.stream().map(Device::backend).toList();
    names = devices.stream().map(Device::name).toList();
  }

  /** The first call whose results differ. */
  public Optional<Difference> first() {
    return Optional.ofNullable(first);
  }

  /** What {@link #first} read and wrote. */
  public Optional<Evidence> evidence() {
    return Optional.ofNullable(evidence);
  }

  /** By calls and devices, in the order in which they came up. */
  public List<Tally> tallies() {
    return List.copyOf(tallies.values());
  }

  /** Whether the one call came up that is replayed. */
  public boolean targetMet() {
    return targetMet;
  }

  /** How many calls were made. */
  public int calls() {
    return calls;
  }

  // ---- what can be done on all of them

  @Override
  public DeviceInfo info() {
    var infos = backends.stream().map(Backend::info).toList();
    var halves = new HashSet<DType>(infos.getFirst().halves());
    infos.forEach(info -> halves.retainAll(info.halves()));
    return new DeviceInfo(String.join(" beside ", names), 0, infos.getFirst().description(),
        infos.getFirst().threads(), infos.stream().allMatch(DeviceInfo::float64), halves,
        infos.stream().mapToLong(DeviceInfo::largestAllocation).min().orElseThrow(), "");
  }

  @Override
  public Buffer allocate(long bytes) {
    return new Twin(backends.stream().map(b -> b.allocate(bytes)).toArray(Buffer[]::new), bytes);
  }

  @Override
  public void free(Buffer buffer) {
    for (int b = 0; b < backends.size(); b++) backends.get(b).free(((Twin) buffer).of[b]);
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    for (int b = 0; b < backends.size(); b++) backends.get(b).upload(from, ((Twin) to).of[b], offset);
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    backends.getFirst().download(((Twin) from).of[0], offset, to);
  }

  @Override
  public void synchronize() {
    backends.forEach(Backend::synchronize);
  }

  /** The devices are not this one's. */
  @Override
  public void close() {}

  // ---- calls

  @Override
  protected void make(Call call) {
    prepare(call);
    witness(call, b -> own(call, b).replay(backends.get(b)));
  }

  @Override
  public boolean run(Operation operation, View[] in, View[] out) {
    // What is no operation of core's has no parts to compare with.
    if (!(operation instanceof Op op)) return false;
    var call = new Call.Run(op, in, out);
    prepare(call);
    var taken = new boolean[backends.size()];
    boolean any = false;
    for (int b = 0; b < taken.length; b++) {
      taken[b] = backends.get(b).run(op, own(in, b), own(out, b));
      any |= taken[b];
    }
    if (!any) return false;
    witness(call, b -> {
      if (!taken[b]) Parts.run(op, backends.get(b), own(in, b), own(out, b));
    });
    return true;
  }

  private interface Making {
    void on(int backend);
  }

  /** Puts the target's inputs in place, if this call is the target. */
  private void prepare(Call call) {
    if (target == null || calls + 1 != target.call || !call.name().equals(target.name)) return;
    targetMet = true;
    var views = Evidence.read(call);
    if (views.length != target.inputs.size())
      throw new JacquardException("The call reads " + views.length + " tensors, but " + target.inputs.size()
          + " were saved. Replay with the version of Jacquard that saved them.");
    try (var arena = Arena.ofConfined()) {
      for (int b = 0; b < backends.size(); b++) {
        for (int i = 0; i < views.length; i++) {
          var view = own(views[i], b);
          var host = HostView.read(backends.get(b), view, arena);
          host.fill(target.inputs.get(i));
          host.write(backends.get(b), view.buffer());
        }
      }
    }
  }

  private void witness(Call call, Making making) {
    calls++;
    boolean looks = target == null ? first == null : targetMet && calls == target.call;
    try (var arena = Arena.ofConfined()) {
      var before = looks ? Evidence.before(call, backends.getFirst(), v -> own(v, 0), arena) : null;
      for (int b = 0; b < backends.size(); b++) making.on(b);
      var outputs = call.outputs();
      var expected = new HostView[outputs.length];
      for (int j = 0; j < outputs.length; j++)
        expected[j] = HostView.read(backends.getFirst(), own(outputs[j], 0), arena);
      for (int b = 1; b < backends.size(); b++) compare(call, b, expected, before, arena);
    }
  }

  private void compare(Call call, int b, HostView[] expected, @Nullable Evidence before, Arena arena) {
    var found = new HostView[expected.length];
    double worst = 0;
    boolean near = true;
    for (int j = 0; j < expected.length; j++) {
      found[j] = HostView.read(backends.get(b), own(call.outputs()[j], b), arena);
      var want = expected[j].values();
      var got = found[j].values();
      var result = Allowance.compare(call, j, want, got, backends.getFirst(), v -> own(v, 0));
      worst = Math.max(worst, result.worst());
      near &= result.isNear();
      if (!result.isNear() && first == null && before != null)
        first = Difference.of(calls, call, Where.spot(), List.of(names.getFirst(), names.get(b)), j, result,
            want, got);
    }
    if (first != null && evidence == null) evidence = Objects.requireNonNull(before).with(expected, found);
    tallies.merge(List.of(call.name(), names.get(b)),
        new Tally(call.name(), names.get(b), 1, near ? 0 : 1, worst),
        (old, one) -> old.plus(one.worst(), one.differing() == 0));
    for (int j = 0; j < expected.length; j++)
      expected[j].write(backends.get(b), own(call.outputs()[j], b).buffer());
  }

  private Call own(Call call, int b) {
    return call.over(view -> own(view, b));
  }

  private static View[] own(View[] views, int b) {
    return Arrays.stream(views).map(v -> own(v, b)).toArray(View[]::new);
  }

  private static View own(View view, int b) {
    return new View(((Twin) view.buffer()).of[b], view.dtype(), view.layout());
  }
}
