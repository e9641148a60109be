package io.jacquard.models;

import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;

/**
 * LeNet-5 for pictures [N, 1, 28, 28] (LeCun, Bottou, Bengio, Haffner 1998), as it is built today: ReLU and the largest of four
 * where the original has tanh and trained averages. Its keys are conv1, conv2, fc1, fc2, fc3.
 */
final class LeNet5 extends Module {
  private final Conv2d conv1 = add("conv1", new Conv2d(1, 6, 5, ConvOptions.defaults().padding(2)));
  private final Conv2d conv2 = add("conv2", new Conv2d(6, 16, 5));
  private final MaxPool2d pool = add("pool", new MaxPool2d(2));
  private final Flatten flatten = add("flatten", new Flatten());
  private final Linear fc1 = add("fc1", new Linear(400, 120));
  private final Linear fc2 = add("fc2", new Linear(120, 84));
  private final Linear fc3 = add("fc3", new Linear(84, 10));

  @Override
  protected Tensor forward(Tensor x) {
    var y = pool.call(conv1.call(x).relu());
    y = flatten.call(pool.call(conv2.call(y).relu()));
    return fc3.call(fc2.call(fc1.call(y).relu()).relu());
  }
}
