package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.nn.BatchNorm2d;
import io.jacquard.nn.Conv2d;
import io.jacquard.nn.Init;
import io.jacquard.nn.Linear;
import io.jacquard.nn.MaxPool2d;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import io.jacquard.ops.ConvOptions;
import io.jacquard.ops.PoolOptions;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Residual networks of images [N, channels, H, W] of any size (He, Zhang, Ren, Sun: Deep Residual Learning for Image
 * Recognition, 2016). They give logits [N, classes].
 *
 * <pre>{@code
 * var small = ResNet.cifar(20, 3, 10);       // 269,722 parameters, for pictures of 32x32
 * var large = ResNet.fifty(3, 1000);         // keys and shapes are torchvision's resnet50
 * }</pre>
 *
 * <p>Keys are torchvision's: {@code conv1}, {@code bn1}, {@code layer1.0.conv1}, {@code layer2.0.downsample.0}, {@code fc}.
 * Weights of convolutions begin by He's normal initialisation over their outputs, as there.
 */
public final class ResNet extends Module {
  private static final ConvOptions SAME = ConvOptions.defaults().padding(1);

  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final @Nullable MaxPool2d maxpool;
  private final Sequential[] layers;
  private final Linear fc;

  /** How blocks are made: from so many channels to {@code width} times what the kind expands. */
  @FunctionalInterface
  private interface Blocks {
    Module block(int from, int width, int stride);
  }

  private ResNet(Conv2d first, @Nullable MaxPool2d pool, int width, int[] counts, int expansion,
      Blocks blocks, int classes) {
    int stem = width;
    conv1 = add("conv1", first);
    bn1 = add("bn1", new BatchNorm2d(stem));
    maxpool = pool == null ? null : add("maxpool", pool);
    layers = new Sequential[counts.length];
    int from = stem;
    for (int stage = 0; stage < counts.length; stage++) {
      int own = width << stage;
      var modules = new ArrayList<Module>();
      for (int i = 0; i < counts[stage]; i++) {
        modules.add(blocks.block(from, own, i == 0 && stage > 0 ? 2 : 1));
        from = own * expansion;
      }
      layers[stage] = add("layer" + (stage + 1), Sequential.of(modules));
    }
    fc = add("fc", new Linear(from, classes));
    initialise(this);
  }

  private static void initialise(Module module) {
    if (module instanceof Conv2d conv)
      Init.kaimingNormal(Init.Fan.OUT, Init.gain("relu")).apply(conv.weight());
    module.children().values().forEach(ResNet::initialise);
  }

  /**
   * The networks for CIFAR-10 of the paper's section 4.2: three stages of 16, 32 and 64 channels, shortcuts without
   * parameters.
   *
   * @param depth the number of layers with weights, 6n + 2: 20, 32, 44, 56, 110
   */
  public static ResNet cifar(int depth, int channels, int classes) {
    if (depth < 8 || (depth - 2) % 6 != 0) {
      throw new JacquardException(
          "ResNet: depth " + depth + ", expected 6n + 2, such as 20 or 56.");
    }
    int n = (depth - 2) / 6;
    return new ResNet(new Conv2d(channels, 16, 3, SAME, false), null, 16, new int[]{n, n, n}, 1,
        ResidualBlock::padded, classes);
  }

  /** ResNet-18 for small pictures: its first convolution is 3x3 with stride 1, and nothing is pooled before the blocks. */
  public static ResNet eighteen(int channels, int classes) {
    return new ResNet(new Conv2d(channels, 64, 3, SAME, false), null, 64, new int[]{2, 2, 2, 2}, 1,
        ResidualBlock::basic, classes);
  }

  /** ResNet-50 as torchvision has it, for large pictures: with bottlenecks whose 3x3 convolution has the stride. */
  public static ResNet fifty(int channels, int classes) {
    var first = new Conv2d(channels, 64, 7, ConvOptions.defaults().stride(2).padding(3), false);
    var pool = new MaxPool2d(3, PoolOptions.defaults().stride(2).padding(1));
    return new ResNet(first, pool, 64, new int[]{3, 4, 6, 3}, Bottleneck.EXPANSION, Bottleneck::new,
        classes);
  }

  @Override
  protected Tensor forward(Tensor x) {
    var y = bn1.callRelu(conv1.call(x));
    if (maxpool != null) y = maxpool.call(y);
    for (var layer : layers) y = layer.call(y);
    return fc.call(y.mean(2, 3));
  }
}
