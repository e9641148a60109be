package io.jacquard.nn;

import io.jacquard.ops.Scalars;

/**
 * log(sigmoid(x)), without overflow.
 *
 * <pre>{@code
 * var y = new LogSigmoid().call(x);
 * }</pre>
 */
public final class LogSigmoid extends Activation {
  public LogSigmoid() {
    super(Scalars.LOG_SIGMOID);
  }
}
