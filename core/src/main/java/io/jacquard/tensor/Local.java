package io.jacquard.tensor;

import io.jacquard.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a thread is in the middle of: its open scopes with the handles they own, and whether gradients are recorded. */
final class Local {
  private static final ThreadLocal<Local> OF_THREAD = ThreadLocal.withInitial(Local::new);

  boolean recording = true;
  /** The half type that products are computed in; null mostly. */
  @Nullable
  DType autocast;
  /** Whether a checkpoint computes something again. */
  boolean recomputing;
  /** Sees the operands of operations that would be recorded, which are not then; null mostly. */
  @Nullable
  Probe probe;
  /** Looks at the results of all operations; null mostly. */
  @Nullable
  Anomaly anomaly;
  /** Knows where the computation is; null mostly. */
  @Nullable
  Where where;
  /** Counts products; null mostly. */
  @Nullable
  Work work;
  /** Handles of all open scopes, the innermost scope's last. */
  private Tensor[] handles = new Tensor[64];
  private int count;
  /** For each open scope, where its handles begin. */
  private Scope[] scopes = new Scope[8];
  private int depth;

  static Local get() {
    return OF_THREAD.get();
  }

  Scope open() {
    if (depth == scopes.length) scopes = Arrays.copyOf(scopes, 2 * depth);
    // A scope object is used again and again: opening one must cost nothing on the heap.
    var scope = scopes[depth];
    if (scope == null) scopes[depth] = scope = new Scope(this, depth);
    scope.begin = count;
    depth++;
    return scope;
  }

  boolean hasScope() {
    return depth > 0;
  }

  void own(Tensor handle) {
    if (count == handles.length) handles = Arrays.copyOf(handles, 2 * count);
    handles[count++] = handle;
  }

  void close(Scope scope) {
    if (depth == 0 || scopes[depth - 1] != scope) {
      throw new IllegalStateException(
          "scopes are closed in the reverse order of their opening, by their own thread");
    }
    depth--;
    int kept = scope.begin;
    int end = count;
    count = kept;
    for (int i = scope.begin; i < end; i++) {
      var handle = handles[i];
      handles[i] = null;
      if (handle.isClosed() || handle.isUnowned()) continue;
      if (!handle.takeKeepMark()) {
        handle.close();
      } else if (depth > 0) {
        handles[kept++] = handle;
      } else {
        handle.watch();
      }
    }
    count = kept;
  }
}
