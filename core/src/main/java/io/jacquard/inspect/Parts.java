package io.jacquard.inspect;

import io.jacquard.ops.Copy;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Operation;
import io.jacquard.spi.View;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.KernelOp;
import io.jacquard.tensor.Op;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.ViewOp;
import java.lang.foreign.Arena;

/** An operation as a backend computes it that does not take it over: by what it consists of. */
final class Parts {
  private Parts() {}

  static void run(Op op, Backend backend, View[] in, View[] out) {
    switch (op) {
      case KernelOp kernel -> kernel.forward(new Taking(backend, false), in, out);
      case CompositeOp composite -> decompose(composite, backend, in, out);
      case ViewOp _ -> throw new IllegalArgumentException("a view: " + op.name());
    }
  }

  private static void decompose(CompositeOp op, Backend backend, View[] in, View[] out) {
    var device = new Device(new Taking(backend, true));
    try (var arena = Arena.ofConfined(); var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var tensors = new Tensor[in.length];
      for (int i = 0; i < in.length; i++) {
        tensors[i] = Tensor.of(device, in[i].dtype(), in[i].shape(),
            HostView.read(backend, in[i], arena).dense(arena));
      }
      var parts = Device.with(device, () -> op.decompose(tensors));
      for (int j = 0; j < out.length; j++) Copy.run(backend, parts[j].view(), out[j]);
    } finally {
      device.memory().retire();
    }
  }

  /** A backend that is not closed, with its own faster paths or without. */
  private static final class Taking extends ForwardingBackend {
    private final boolean takes;

    Taking(Backend inner, boolean takes) {
      super(inner);
      this.takes = takes;
    }

    @Override
    public boolean run(Operation op, View[] in, View[] out) {
      return takes && super.run(op, in, out);
    }

    @Override
    public void close() {
      // the backend is not this decorator's
    }
  }
}
