package io.jacquard.benchmarks;

import io.jacquard.nn.MaxPool2d;
import io.jacquard.ops.ConvOptions;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;

/** What image networks spend their time on, over images [32, 64, 28, 28] that lie channels-last. */
public class SpiImages extends OnDevice {
  private static final ConvOptions SAME = ConvOptions.defaults().padding(1);

  private Tensor images;
  private Tensor bias;
  private Tensor weight;
  private Tensor ofEachChannel;
  private Tensor wanted;
  private Tensor shares;
  private final MaxPool2d pool = new MaxPool2d(2);

  @Override
  void prepare() {
    images = random(32, 28, 28, 64);
    bias = random(64);
    weight = random(64, 64, 3, 3);
    ofEachChannel = random(64, 1, 3, 3);
    wanted = random(32, 28, 28, 64).requiresGrad();
    shares = random(32, 14, 14, 64);
  }

  private static Tensor channelsFirst(Tensor images) {
    return images.permute(0, 3, 1, 2);
  }

  /** 3x3, 64 to 64 channels: 1.8 billion multiply-adds and additions. */
  @Benchmark
  public Tensor convolution() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return done(channelsFirst(images).conv2d(weight, null, SAME));
    }
  }

  @Benchmark
  public Tensor depthwiseConvolution() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return done(channelsFirst(images).conv2d(ofEachChannel, null, SAME.groups(64)));
    }
  }

  @Benchmark
  public Tensor maxPool() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return done(pool.call(channelsFirst(images)));
    }
  }

  /** Forward and back, with a product and a sum. */
  @Benchmark
  public Tensor maxPoolAndBack() {
    try (var _ = Scope.open()) {
      return done(Gradients.of(pool.call(channelsFirst(wanted)).mul(channelsFirst(shares)).sum(), wanted));
    }
  }

  /** Rows of 64 numbers. */
  @Benchmark
  public Tensor addBias() {
    try (var _ = GradMode.noGrad(); var _ = Scope.open()) {
      return done(images.add(bias));
    }
  }
}
