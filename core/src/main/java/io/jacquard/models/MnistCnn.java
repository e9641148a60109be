package io.jacquard.models;

import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.tensor.Tensor;

/**
 * The convolutional network of PyTorch's MNIST example, for images [N, 1, 28, 28]: two convolutions, pooling, two linear
 * layers, with dropout before each of the latter. Its keys are the example's: conv1, conv2, fc1, fc2. It gives logits;
 * the example's log-softmax belongs to the loss here.
 */
final class MnistCnn extends Module {
  private final Conv2d conv1 = add("conv1", new Conv2d(1, 32, 3));
  private final Conv2d conv2 = add("conv2", new Conv2d(32, 64, 3));
  private final MaxPool2d pool = add("pool", new MaxPool2d(2));
  private final Flatten flatten = add("flatten", new Flatten());
  private final Dropout dropout1 = add("dropout1", new Dropout(0.25));
  private final Linear fc1 = add("fc1", new Linear(9216, 128));
  private final Dropout dropout2 = add("dropout2", new Dropout(0.5));
  private final Linear fc2 = add("fc2", new Linear(128, 10));

  @Override
  protected Tensor forward(Tensor x) {
    var y = conv2.call(conv1.call(x).relu()).relu();
    // Dropped after flattening, not before: the same elements, but in the order in which they are numbered.
    y = dropout1.call(flatten.call(pool.call(y)));
    return fc2.call(dropout2.call(fc1.call(y).relu()));
  }
}
