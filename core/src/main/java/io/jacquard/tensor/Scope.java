package io.jacquard.tensor;

/**
 * Frees the tensors that were made inside it, when it is closed.
 *
 * <pre>{@code
 * try (var _ = Scope.open()) {
 *   var loss = lossFn.of(model.call(x), y);
 *   loss.backward();
 *   optimizer.step();
 * }                                    // activations, gradients in flight and the tape are gone here
 * }</pre>
 *
 * <p>A result that must outlive its scope is handed to the enclosing one with {@link Tensor#keep}. Scopes belong to the
 * thread that opened them and close in reverse order. A tensor made outside of any scope is freed by
 * {@link Tensor#close}, or some time after it became unreachable, which is slow and late: a training loop without a
 * scope keeps much more memory than it needs.
 */
public final class Scope implements AutoCloseable {
  private final Local thread;
  int begin;

  Scope(Local thread, int depth) {
    this.thread = thread;
    begin = depth;
  }

  /** Opens a scope inside the present one. */
  public static Scope open() {
    return Local.get().open();
  }

  @Override
  public void close() {
    thread.close(this);
  }
}
