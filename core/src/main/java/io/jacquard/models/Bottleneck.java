package io.jacquard.models;

import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Identity;
import io.jacquard.nn.Module;
import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.Tensor;

/** Convolutions of 1x1, 3x3 and 1x1, of which the last has four times the channels, and a shortcut: torchvision's. */
final class Bottleneck extends Module {
  static final int EXPANSION = 4;

  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final Conv2d conv3;
  private final BatchNorm2d bn3;
  private final Module shortcut;

  Bottleneck(int from, int width, int stride) {
    int to = width * EXPANSION;
    var plain = ConvOptions.defaults();
    conv1 = add("conv1", new Conv2d(from, width, 1, plain, false));
    bn1 = add("bn1", new BatchNorm2d(width));
    conv2 = add("conv2", new Conv2d(width, width, 3, plain.stride(stride).padding(1), false));
    bn2 = add("bn2", new BatchNorm2d(width));
    conv3 = add("conv3", new Conv2d(width, to, 1, plain, false));
    bn3 = add("bn3", new BatchNorm2d(to));
    boolean same = stride == 1 && from == to;
    shortcut = same
        ? add("shortcut", new Identity())
        : add("downsample", ResidualBlock.downsample(from, to, stride));
  }

  @Override
  protected Tensor forward(Tensor x) {
    var y = bn1.callRelu(conv1.call(x));
    y = bn2.callRelu(conv2.call(y));
    return bn3.callAddRelu(conv3.call(y), shortcut.call(x));
  }
}
