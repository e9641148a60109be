package io.jacquard.peers;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Training steps written by hand, as PyTorch's users do, from gathering the batch to the loss on the host. */
final class LibtorchSteps implements Task {
  static final int STEPS = 200;

  private final List<Tensor> parameters;
  private final Tensor x;
  private final Tensor y;
  private final int batch;
  private final double[] losses = new double[3];
  private final Optimizer optimizer;
  private final int steps;
  private int next;
  private Tensor order;

  /** @param steps how many batches there are */
  LibtorchSteps(Workload.MlpStep work, int steps) {
    this.steps = steps;
    next = steps;
    batch = work.batch();
    parameters = LibtorchEngine.mlp(work.sizes());
    for (var p : parameters) p.set_requires_grad(true);
    x = LibtorchEngine.floats(100, 1, (long) steps * batch, work.sizes().getFirst());
    y = LibtorchEngine.labels(101, steps * batch, work.sizes().getLast());
    var first = optimizer(work.optimizer());
    for (int i = 0; i < losses.length; i++) {
      try (var _ = new PointerScope()) {
        var index = torch.arange(new org.bytedeco.pytorch.Scalar((long) i * batch),
            new org.bytedeco.pytorch.Scalar((i + 1L) * batch));
        losses[i] = step(first, index.to(torch.ScalarType.Long));
      }
    }
    optimizer = optimizer(work.optimizer());
  }

  private Optimizer optimizer(String name) {
    var all = new TensorVector(parameters.toArray(Tensor[]::new));
    if (name.equals("sgd")) {
      var options = new SGDOptions(0.01);
      options.momentum().put(0.9);
      return new SGD(all, options);
    }
    return new Adam(all, new AdamOptions(1e-3));
  }

  private double step(Optimizer optimizer, Tensor index) {
    optimizer.zero_grad();
    var logits = LibtorchEngine.forward(parameters, x.index_select(0, index));
    var loss = torch.cross_entropy_loss(logits, y.index_select(0, index));
    loss.backward();
    optimizer.step();
    return loss.item_double();
  }

  @Override
  public void run(double[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      if (next == steps) {
        order = torch.randperm((long) steps * batch);
        next = 0;
      }
      try (var _ = new PointerScope()) {
        step(optimizer, order.narrow(0, (long) next++ * batch, batch));
      }
      nanos[i] = System.nanoTime() - start;
    }
  }

  @Override
  public double[] check() {
    return losses.clone();
  }
}
