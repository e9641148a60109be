package io.jacquard.benchmarks;

import io.jacquard.spi.Gemm;
import io.jacquard.spi.View;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The float32 product [M, K] x [K, N], plain and with either factor transposed. It takes 2*M*N*K operations. */
public class SpiMatmul extends OnDevice {
  private static final View[] NONE = {};

  /** M, N, K. */
  @Param({"64x128x784", "64x512x512", "256x256x256", "512x512x512", "1024x1024x1024", "2048x2048x2048"})
  public String shape;

  /** For each factor, N for row-major and T for column-major. */
  @Param({"NN", "TN", "NT"})
  public String layout;

  private View a;
  private View b;
  private View[] out;

  @Override
  void prepare() {
    var sizes = Arrays.stream(shape.split("x")).mapToLong(Long::parseLong).toArray();
    long m = sizes[0];
    long n = sizes[1];
    long k = sizes[2];
    a = matrix(layout.charAt(0), m, k);
    b = matrix(layout.charAt(1), k, n);
    out = new View[]{filled(0, m, n).view()};
  }

  private View matrix(char order, long rows, long columns) {
    try (var _ = Scope.open()) {
      Tensor matrix = order == 'T' ? random(columns, rows).mT() : random(rows, columns);
      return matrix.view();
    }
  }

  @Benchmark
  public void matmul() {
    device.backend().matmul(Gemm.PLAIN, NO_PARAMS, a, b, NONE, out);
    device.backend().synchronize();
  }
}
