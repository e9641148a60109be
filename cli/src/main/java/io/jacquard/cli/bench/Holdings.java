package io.jacquard.cli.bench;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Device;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What work on tensors holds on the current device, and gives back at its end. */
final class Holdings implements AutoCloseable {
  /** Numbers of a result that are compared; more would not say more. */
  private static final int COMPARED = 4096;

  private final Device device = Device.current();
  private final List<Tensor> held = new ArrayList<>();
  private final DType type;
  private final Precision precision;

  Holdings(Precision precision) {
    this.precision = precision;
    type = switch (precision) {
      case FLOAT32, TF32 -> DType.FLOAT32;
      case BFLOAT16 -> DType.BFLOAT16;
      case FLOAT16 -> DType.FLOAT16;
    };
  }

  /** Random numbers from -1 to 1, the same ones on every device. */
  Tensor uniform(long... sizes) {
    try (var _ = Scope.open()) {
      return hold(Tensor.uniform(-1, 1, Shape.of(sizes)).to(type));
    }
  }

  /** Images that lie channels-last, as they do inside of a network. */
  Tensor images(long n, long channels, long side) {
    try (var _ = Scope.open()) {
      return hold(uniform(n, side, side, channels).permute(0, 3, 1, 2));
    }
  }

  Tensor hold(Tensor tensor) {
    held.add(tensor.hold());
    return tensor;
  }

  /** Work that computes a tensor, whose memory is used again the next time; without gradients. */
  Work computing(Supplier<Tensor> body) {
    return new Computing(body, false);
  }

  /** As {@link #computing}, with gradients, which the body asks for itself. */
  Work withGradients(Supplier<Tensor> body) {
    return new Computing(body, true);
  }

  /** Some numbers from all over a tensor. */
  static float[] sample(Tensor tensor) {
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      var all = tensor.to(DType.FLOAT32).toFloats();
      int step = Math.max(1, all.length / COMPARED) | 1; // odd, so that it comes by every column
      var some = new float[(all.length + step - 1) / step];
      for (int i = 0; i < some.length; i++) some[i] = all[i * step];
      return some;
    }
  }

  @Override
  public void close() {
    held.forEach(Tensor::close);
    held.clear();
    device.memory().flush();
  }

  private final class Computing implements Work {
    private final Supplier<Tensor> body;
    private final boolean gradients;

    Computing(Supplier<Tensor> body, boolean gradients) {
      this.body = body;
      this.gradients = gradients;
    }

    @Override
    public double nanos(int times) {
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) once();
      device.backend().synchronize();
      return (System.nanoTime() - start) / (double) times;
    }

    private void once() {
      try (var _ = Scope.open()) {
        compute();
      }
    }

    private Tensor compute() {
      try (var _ = precision.on(device)) {
        if (gradients) return body.get();
        try (var _ = GradMode.noGrad()) {
          return body.get();
        }
      }
    }

    @Override
    public float[] result() {
      try (var _ = Scope.open()) {
        return sample(compute());
      }
    }

    @Override
    public void close() {
      Holdings.this.close();
    }
  }
}
