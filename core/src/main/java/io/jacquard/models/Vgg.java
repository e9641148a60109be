package io.jacquard.models;

import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.GlobalAvgPool;
import io.jacquard.nn.Init;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Objects;

/**
 * VGG-11 scaled to pictures of 32x32 (Simonyan, Zisserman 2015; configuration A): its eight convolutions, and linear layers of
 * 512 instead of 4,096. Its keys are laid out as torchvision's: features, classifier.
 */
final class Vgg extends Module {
  /** Channels of the convolutions; 0 for pooling. */
  private static final int[] ELEVEN = {64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0};
  private static final int HIDDEN = 512;

  private final Sequential features;
  private final GlobalAvgPool avgpool = add("avgpool", new GlobalAvgPool());
  private final Flatten flatten = add("flatten", new Flatten());
  private final Sequential classifier;

  /** @param batchNorm whether batch norm follows each convolution */
  Vgg(int channels, int classes, boolean batchNorm) {
    var modules = new ArrayList<Module>();
    int from = channels;
    for (int to : ELEVEN) {
      if (to == 0) {
        modules.add(new MaxPool2d(2));
        continue;
      }
      var conv = new Conv2d(from, to, 3, ConvOptions.defaults().padding(1));
      Init.kaimingNormal(Init.Fan.OUT, Init.gain("relu")).apply(conv.weight());
      Init.zeros().apply(Objects.requireNonNull(conv.bias()));
      modules.add(conv);
      if (batchNorm) modules.add(new BatchNorm2d(to));
      modules.add(new ReLU());
      from = to;
    }
    features = add("features", Sequential.of(modules));
    classifier = add("classifier", Sequential.of(
        new Linear(from, HIDDEN), new ReLU(), new Dropout(0.5),
        new Linear(HIDDEN, HIDDEN), new ReLU(), new Dropout(0.5),
        new Linear(HIDDEN, classes)));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return classifier.call(flatten.call(avgpool.call(features.call(x))));
  }
}
