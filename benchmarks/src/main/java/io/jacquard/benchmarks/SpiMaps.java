package io.jacquard.benchmarks;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Rule;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;

/** Elementwise float32 work as the backend gets it, and the smallest piece of it as a user writes it. */
public class SpiMaps extends OnDevice {
  private static final int MI = 1 << 20;

  private static final Program GELU = Program.of(in -> in[0].mul(in[1]).add(in[2]).gelu(), floats(3));
  private static final Program EXP = Program.of(in -> in[0].exp(), floats(1));
  private static final Program ADD = Program.of(in -> in[0].add(in[1]), floats(2));
  private static final Program ADAM = Program.ofAll(SpiMaps::adam, floats(7));

  private View[] geluIn;
  private View[] geluOut;
  private View[] x;
  private View[] xy;
  private View[] out;
  private View[] adamIn;
  private View[] adamOut;
  private View[] oneIn;
  private View[] oneOut;
  private Tensor one;

  private static DType[] floats(int count) {
    var types = new DType[count];
    Arrays.fill(types, DType.FLOAT32);
    return types;
  }

  /** Of parameter, gradient, learning rate, two moments, two bias corrections: the parameter, the moments. */
  private static Scalar[] adam(Scalar[] in) {
    return Adam.of(1e-3).update(
        new Rule.Update(in[0], in[1], in[2], in[0].constantFor(0.9), new Scalar[]{in[3], in[4]},
            new Scalar[]{in[0].constantFor(1), in[5], in[6]}));
  }

  @Override
  void prepare() {
    geluIn = new View[]{random(4 * MI).view(), random(4 * MI).view(), random(4 * MI).view()};
    geluOut = new View[]{random(4 * MI).view()};
    x = new View[]{random(MI).view()};
    xy = new View[]{x[0], random(MI).view()};
    out = new View[]{random(MI).view()};
    var first = filled(0, MI).view();
    var second = filled(0, MI).view();
    adamIn = new View[]{random(MI).view(), random(MI).view(), everywhere(1e-3), first, second,
        everywhere(0.5), everywhere(0.5)};
    adamOut = new View[]{adamIn[0], first, second};
    one = random(1);
    oneIn = new View[]{one.view(), one.view()};
    oneOut = new View[]{random(1).view()};
  }

  /** One number in memory, seen as 1 Mi numbers. */
  private View everywhere(double value) {
    var view = filled(value, 1).view();
    return new View(view.buffer(), view.dtype(), new Layout(out[0].shape(), new long[]{0}, 0));
  }

  /** gelu(x*w + b), all of 4 Mi elements: 64 MiB move. */
  @Benchmark
  public void gelu4M() {
    device.backend().map(GELU, NO_PARAMS, geluIn, geluOut);
    device.backend().synchronize();
  }

  /** Adam's update of 1 Mi parameters: 28 MiB move. */
  @Benchmark
  public void adam1M() {
    device.backend().map(ADAM, NO_PARAMS, adamIn, adamOut);
    device.backend().synchronize();
  }

  @Benchmark
  public void exp1M() {
    device.backend().map(EXP, NO_PARAMS, x, out);
    device.backend().synchronize();
  }

  @Benchmark
  public void add1M() {
    device.backend().map(ADD, NO_PARAMS, xy, out);
    device.backend().synchronize();
  }

  /** What a call costs. */
  @Benchmark
  public void addOne() {
    device.backend().map(ADD, NO_PARAMS, oneIn, oneOut);
    device.backend().synchronize();
  }

  /** What an operation on a tensor costs, without gradients. */
  @Benchmark
  public Tensor addOneTensor() {
    try (var _ = Scope.open()) {
      return done(one.add(one));
    }
  }
}
