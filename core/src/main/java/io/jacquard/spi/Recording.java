package io.jacquard.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a piece of work made to a {@link Backend}, in order; made again by {@link #replay} on the same memory,
 * without the work's own cost. The backend may take them in as a whole ({@link Backend#capture}), which is tried once. See
 * {@link Device#record}.
 *
 * <pre>{@code
 * var pool = device.separateMemory();
 * var recording = device.record(pool, () -> model.call(x));
 * if (recording.obstacle().isEmpty()) recording.replay(device.backend());
 * }</pre>
 */
public final class Recording implements AutoCloseable {
  private final List<Call> calls = new ArrayList<>();
  private @Nullable Captured captured;
  private boolean tried;
  private @Nullable String obstacle;

  Recording() {}

  void add(Call call) {
    calls.add(call);
  }

  void obstruct(String reason) {
    if (obstacle == null) obstacle = reason;
  }

  /** Makes the recorded calls again. */
  public void replay(Backend backend) {
    if (!tried) {
      tried = true;
      captured = backend.capture(() -> oneByOne(backend)).orElse(null);
    }
    if (captured == null)
      oneByOne(backend);
    else
      captured.launch();
  }

  private void oneByOne(Backend backend) {
    for (int i = 0; i < calls.size(); i++) calls.get(i).replay(backend);
  }

  /** Gives back what the backend keeps for it; before the memory that the calls use. */
  @Override
  public void close() {
    if (captured != null) captured.close();
    captured = null;
  }

  /** Why this cannot be replayed: something moved between host and device meanwhile. */
  public Optional<String> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  /** The first call that differs from another recording of the same work, in words; empty if there is none. */
  public Optional<String> differenceFrom(Recording other) {
    for (int i = 0; i < calls.size(); i++) {
      if (i == other.calls.size())
        return Optional.of("call " + i + ", " + calls.get(i).describe() + ", is new");
      if (!calls.get(i).sameAs(other.calls.get(i))) {
        return Optional.of("call " + i + " is " + calls.get(i).describe() + ", before it was "
            + other.calls.get(i).describe() + ", or on other memory");
      }
    }
    return calls.size() == other.calls.size() ? Optional.empty()
        : Optional.of("there are " + calls.size() + " calls, before there were " + other.calls.size());
  }

  /** The number of recorded calls. */
  public int size() {
    return calls.size();
  }
}
