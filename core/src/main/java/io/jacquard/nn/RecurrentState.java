package io.jacquard.nn;

import io.jacquard.JacquardException;
import io.jacquard.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a recurrent layer or cell carries from step to step. Of a layer [layers * directions, N, H], of a cell [N, H].
 *
 * <pre>{@code
 * var lstm = new LSTM(28, 128);
 * var zeros = new RecurrentState(Tensor.zeros(1, 8, 128), Tensor.zeros(1, 8, 128));
 * var result = lstm.call(Tensor.ones(5, 8, 28), zeros, null);
 * var next = lstm.call(Tensor.ones(5, 8, 28), result.state().detach(), null);
 * }</pre>
 *
 * @param h the state
 * @param c the second state of an LSTM; null of others
 */
public record RecurrentState(Tensor h, @Nullable Tensor c) {
  public RecurrentState(Tensor h) {
    this(h, null);
  }

  /** The second state of an LSTM, which others do not have. */
  public Tensor cell() {
    if (c == null) throw new JacquardException("This state has no cell state c; only an LSTM's has.");
    return c;
  }

  /** The same numbers, through which no gradient flows: training on the next part of a long sequence begins with them. */
  public RecurrentState detach() {
    return new RecurrentState(h.detach(), c == null ? null : c.detach());
  }

  RecurrentState keep() {
    h.keep();
    if (c != null) c.keep();
    return this;
  }
}
