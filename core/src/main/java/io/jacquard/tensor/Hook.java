package io.jacquard.tensor;

/**
 * A function that was registered with a tensor, a parameter or a module, and can be taken away again.
 *
 * <pre>{@code
 * var hook = x.requiresGrad().registerHook(gradient -> gradient.mul(2));
 * hook.remove();
 * }</pre>
 *
 * <p>A hook is a part of the computation, as a module's forward is. A {@code Trainer} replays what hooks compute with
 * tensors without calling them; one that reads a value, with {@code item()}, is called in each step, which is then not
 * replayed. Adding or removing one between steps is noticed.
 */
public final class Hook implements AutoCloseable {
  private final Runnable removal;

  Hook(Runnable removal) {
    this.removal = removal;
  }

  /** It is not called any more. Removing twice is harmless. */
  public void remove() {
    removal.run();
  }

  @Override
  public void close() {
    remove();
  }
}
