package io.jacquard.cuda;

import io.jacquard.spi.Device;

/**
 * The CUDA backend without a GPU: all of it, over a driver that has PoCL run the kernels and plain loops multiply. What it
 * computes is right or wrong as on a GPU; how long it takes says nothing.
 */
final class TestGpu {
  static final CudaDevice DEVICE = new CudaDevice(0, "PoCL", 2L << 30, 9, 0, 1);

  final PoclDriver driver = new PoclDriver();
  final PoclBlas blas = new PoclBlas(driver);
  final CudaBackend backend;

  private TestGpu(boolean multiplies) {
    backend = CudaBackend.open(DEVICE, driver, driver, multiplies ? blas : null, "");
  }

  /** With cuBLAS; skips the test where PoCL is not installed. */
  static TestGpu withBlas() {
    return new TestGpu(true);
  }

  /** Without cuBLAS: our own kernels multiply. */
  static TestGpu withoutBlas() {
    return new TestGpu(false);
  }

  static Device open() {
    return new Device(withBlas().backend);
  }
}
