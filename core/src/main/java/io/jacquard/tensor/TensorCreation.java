package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Device;

/** Tensors that are made of a rule, or of random numbers: static methods of {@link Tensor}, beside those that stand there. */
abstract sealed class TensorCreation permits Tensor {
  /** Zeros of the type, shape and device of another tensor. */
  public static Tensor zerosLike(Tensor like) {
    return Tensor.zeros(like.device(), like.dtype(), like.shape());
  }

  /** Ones of the type, shape and device of another tensor. */
  public static Tensor onesLike(Tensor like) {
    return Tensor.ones(like.device(), like.dtype(), like.shape());
  }

  /** One value everywhere, in the type, shape and device of another tensor. */
  public static Tensor fullLike(Tensor like, double value) {
    return HostData.full(like.device(), like.dtype(), like.shape(), like.dtype().bits(value));
  }

  /** The float32 matrix [n, n] with ones on its diagonal. */
  public static Tensor eye(long n) {
    return eye(n, n);
  }

  /** The float32 matrix [rows, columns] with ones on its main diagonal. */
  public static Tensor eye(long rows, long columns) {
    var shape = Shape.of(rows, columns);
    var row = Tensor.arange(shape.size(0)).unsqueeze(1);
    return row.eq(Tensor.arange(shape.size(1))).to(DType.FLOAT32);
  }

  /** {@code steps} float32 numbers at equal distances, from {@code start} to {@code end}, which both count. */
  public static Tensor linspace(double start, double end, long steps) {
    return RuleTensors.linspace(start, end, steps);
  }

  /** The int64 numbers {@code start}, {@code start + step}, ... before {@code end}; a step may be negative, not 0. */
  public static Tensor arange(long start, long end, long step) {
    return RuleTensors.arange(start, end, step);
  }

  /** Float32 numbers from [0, 1), of the current {@link Generator}. */
  public static Tensor rand(long... sizes) {
    return rand(Device.current(), DType.FLOAT32, Shape.of(sizes));
  }

  /**
   * Numbers from [0, 1), of the current {@link Generator}: multiples of 2^-24, of float64 2^-48. Element i depends on the
   * seed, the draw and i alone, so that the numbers are the same on every device. One draw, of float64 two.
   */
  public static Tensor rand(Device device, DType dtype, Shape shape) {
    return RandomTensors.uniform(device, dtype, shape, 0, 1);
  }

  /** Float32 numbers from [low, high), of the current {@link Generator}, see {@link #rand(Device, DType, Shape)}. */
  public static Tensor uniform(double low, double high, Shape shape) {
    return RandomTensors.uniform(Device.current(), DType.FLOAT32, shape, low, high);
  }

  /** Float32 numbers of the standard normal distribution, of the current {@link Generator}. */
  public static Tensor randn(long... sizes) {
    return randn(Device.current(), DType.FLOAT32, Shape.of(sizes));
  }

  /**
   * Numbers of the standard normal distribution, of the current {@link Generator}, by Box and Muller (1958): two draws.
   *
   * <p>They are computed on the device, whose logarithm and cosine may differ from another's in the last digits, and so may
   * these numbers. Initial weights are made on the host for that reason.
   */
  public static Tensor randn(Device device, DType dtype, Shape shape) {
    return RandomTensors.normal(device, dtype, shape, 0, 1);
  }

  /** Float32 numbers of a normal distribution, see {@link #randn(Device, DType, Shape)}. */
  public static Tensor normal(double mean, double std, Shape shape) {
    return RandomTensors.normal(Device.current(), DType.FLOAT32, shape, mean, std);
  }

  /**
   * Int64 numbers from {@code low} to {@code high - 1}, of the current {@link Generator}, the same on every device. All are
   * equally likely, to 2^-16 of that at the widest range. Two draws.
   *
   * @throws io.jacquard.JacquardException if the range is empty, or wider than 2^32
   */
  public static Tensor randint(long low, long high, Shape shape) {
    return RandomTensors.integers(Device.current(), low, high, shape);
  }

  /**
   * The int64 numbers 0 to {@code n - 1} in random order, of the current {@link Generator}, the same on every device: the
   * order that sorts random keys of 48 bits. Two draws.
   */
  public static Tensor randperm(long n) {
    return RandomTensors.permutation(Device.current(), n);
  }
}
