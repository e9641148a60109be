package io.jacquard.spi;

import io.jacquard.DType;
import io.jacquard.Shape;

/**
 * A tensor as a backend sees it: elements of one type, laid out in a buffer.
 *
 * <pre>{@code
 * View view = x.mT().view();   // the same buffer as x.view(), with other strides
 * }</pre>
 *
 * <p>Views hold no memory alive; who hands one to a backend keeps its buffer until the call has returned (a backend
 * that works asynchronously orders frees after the work that was given to it before).
 */
public record View(Buffer buffer, DType dtype, Layout layout) {
  public Shape shape() {
    return layout.shape();
  }

  public long numel() {
    return layout.shape().numel();
  }

  public Spec spec() {
    return new Spec(dtype, layout.shape());
  }
}
