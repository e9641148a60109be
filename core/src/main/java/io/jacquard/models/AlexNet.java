package io.jacquard.models;

import io.jacquard.nn.AdaptiveAvgPool2d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;

/**
 * AlexNet scaled to pictures of 32x32: the five convolutions of Krizhevsky's "One weird trick" (2014) with kernels of 3, and
 * linear layers of 1,024 instead of 4,096. Its keys are laid out as torchvision's: features, classifier.
 */
final class AlexNet extends Module {
  private static final ConvOptions SAME = ConvOptions.defaults().padding(1);
  private static final int HIDDEN = 1024;

  private final Sequential features;
  private final AdaptiveAvgPool2d avgpool = add("avgpool", new AdaptiveAvgPool2d(2));
  private final Flatten flatten = add("flatten", new Flatten());
  private final Sequential classifier;

  AlexNet(int channels, int classes) {
    features = add("features", Sequential.of(
        new Conv2d(channels, 64, 3, SAME.stride(2)), new ReLU(), new MaxPool2d(2),
        new Conv2d(64, 192, 3, SAME), new ReLU(), new MaxPool2d(2),
        new Conv2d(192, 384, 3, SAME), new ReLU(),
        new Conv2d(384, 256, 3, SAME), new ReLU(),
        new Conv2d(256, 256, 3, SAME), new ReLU(), new MaxPool2d(2)));
    classifier = add("classifier", Sequential.of(
        new Dropout(0.5), new Linear(256 * 4, HIDDEN), new ReLU(),
        new Dropout(0.5), new Linear(HIDDEN, HIDDEN), new ReLU(),
        new Linear(HIDDEN, classes)));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return classifier.call(flatten.call(avgpool.call(features.call(x))));
  }
}
