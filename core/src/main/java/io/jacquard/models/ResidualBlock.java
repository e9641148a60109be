package io.jacquard.models;

import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Identity;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.PadMode;
import io.jacquard.tensor.Tensor;

/** Two 3x3 convolutions, each with batch norm, and a shortcut round both: torchvision's BasicBlock. */
final class ResidualBlock extends Module {
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final Module shortcut;

  private ResidualBlock(int from, int to, int stride, boolean trained) {
    conv1 = add("conv1", new Conv2d(from, to, 3, ConvOptions.defaults().stride(stride).padding(1), false));
    bn1 = add("bn1", new BatchNorm2d(to));
    conv2 = add("conv2", new Conv2d(to, to, 3, ConvOptions.defaults().padding(1), false));
    bn2 = add("bn2", new BatchNorm2d(to));
    boolean same = stride == 1 && from == to;
    shortcut = trained && !same
        ? add("downsample", downsample(from, to, stride))
        : add("shortcut", same ? new Identity() : new Thinned(stride, to - from));
  }

  /** Where the shape changes, the shortcut is a 1x1 convolution (option B of the paper). */
  static ResidualBlock basic(int from, int to, int stride) {
    return new ResidualBlock(from, to, stride, true);
  }

  /** Where the shape changes, the shortcut leaves out pixels and has new channels of zeros (option A). */
  static ResidualBlock padded(int from, int to, int stride) {
    return new ResidualBlock(from, to, stride, false);
  }

  static Sequential downsample(int from, int to, int stride) {
    return Sequential.of(new Conv2d(from, to, 1, ConvOptions.defaults().stride(stride), false),
        new BatchNorm2d(to));
  }

  @Override
  protected Tensor forward(Tensor x) {
    var y = bn1.callRelu(conv1.call(x));
    return bn2.callAddRelu(conv2.call(y), shortcut.call(x));
  }

  /** Every so many rows and columns, and channels of zeros before and after. */
  private static final class Thinned extends Module {
    private final int step;
    private final int channels;

    Thinned(int step, int channels) {
      this.step = step;
      this.channels = channels;
    }

    @Override
    protected Tensor forward(Tensor x) {
      var thin = x.slice(2, 0, x.size(2), step).slice(3, 0, x.size(3), step);
      return thin.pad(PadMode.ZEROS, 0, 0, 0, 0, channels / 2, channels - channels / 2);
    }

    @Override
    public String toString() {
      return "Thinned(stride=" + step + ", channels_of_zeros=" + channels + ")";
    }
  }
}
