package io.jacquard.tensor;

import io.jacquard.spi.Layout;

/** An op of one input that moves no data: its output is the input's memory under another layout. */
public non-sealed interface ViewOp extends Op {
  Layout layout(Layout in);

  @Override
  default Keep keep(long wanted) {
    return Keep.NOTHING;
  }
}
