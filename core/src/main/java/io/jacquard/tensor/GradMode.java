package io.jacquard.tensor;

/**
 * Whether operations are recorded for gradients; on by default, for each thread.
 *
 * <pre>{@code
 * try (var _ = GradMode.noGrad()) {
 *   var prediction = model.call(x);   // no tape, no memory for gradients
 * }
 * }</pre>
 */
public final class GradMode implements AutoCloseable {
  private static final GradMode TO_ON = new GradMode(true);
  private static final GradMode TO_OFF = new GradMode(false);

  private final boolean before;

  private GradMode(boolean before) {
    this.before = before;
  }

  /** Records nothing until the result is closed. */
  public static GradMode noGrad() {
    return set(false);
  }

  /** Records again, inside {@link #noGrad}, until the result is closed. */
  public static GradMode enableGrad() {
    return set(true);
  }

  static GradMode set(boolean recording) {
    var local = Local.get();
    var mode = local.recording ? TO_ON : TO_OFF;
    local.recording = recording;
    return mode;
  }

  public static boolean isEnabled() {
    return Local.get().recording;
  }

  @Override
  public void close() {
    Local.get().recording = before;
  }
}
