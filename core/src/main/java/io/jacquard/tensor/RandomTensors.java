package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.spi.Device;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Random numbers of the current {@link Generator} that a device computes: element i of a draw is a function of the seed,
 * the draw and i.
 *
 * <p>Input 0 of each function is the draw base; its parameters are the seed, the offsets of four draws, not all of which are
 * used, and further numbers.
 */
final class RandomTensors {
  private static final int DRAWS = 4;
  private static final int FIRST_NUMBER = 1 + DRAWS;

  /** Caches: a function for each type, since the input does not tell it. */
  private static final Map<DType, ScalarFunction> UNIFORM = new ConcurrentHashMap<>();
  private static final Map<DType, ScalarFunction> NORMAL = new ConcurrentHashMap<>();

  private static final ScalarFunction INTEGERS = ScalarFunction.withParams("randint", trace -> {
    var low = number(trace, 0, DType.INT64);
    var count = number(trace, 1, DType.INT64);
    var bits = bits48(trace);
    return low.add(bits.sub(bits.div(count).mul(count)));
  });
  private static final ScalarFunction KEYS = ScalarFunction.withParams("randperm", RandomTensors::bits48);
  /** Of a probability in input 1; what is none gives NaN, since looking for it would make the host wait. */
  private static final ScalarFunction BERNOULLI = ScalarFunction.withParams("bernoulli", trace -> {
    var p = trace.input(1);
    var hit = uniform(trace, 0).lt(p).where(p.constantFor(1), p.constantFor(0));
    return p.ge(0).and(p.le(1)).where(hit, p.constantFor(Double.NaN));
  });

  private RandomTensors() {}

  static Tensor uniform(Device device, DType dtype, Shape shape, double low, double high) {
    requireFloating("rand", dtype);
    if (!(low <= high) || Double.isInfinite(high - low)) {
      throw new JacquardException(
          "uniform: from " + low + " to " + high + ", expected finite bounds in order.");
    }
    var work = dtype.computeType();
    var function = UNIFORM.computeIfAbsent(dtype, RandomTensors::uniformOf);
    return draw(function, work == DType.FLOAT64 ? 2 : 1, position(device, shape), work.bits(low),
        work.bits(high - low), work.bits(Math.max(low, below(dtype, high))));
  }

  /** Rounding may reach the upper bound, which does not belong to the range. */
  private static ScalarFunction uniformOf(DType type) {
    var work = type.computeType();
    return ScalarFunction.withParams("rand", trace -> {
      var x = unit(trace, 0, work).mul(number(trace, 1, work)).add(number(trace, 0, work));
      var top = number(trace, 2, work);
      return x.gt(top).where(top, x).to(type);
    });
  }

  static Tensor normal(Device device, DType dtype, Shape shape, double mean, double std) {
    requireFloating("randn", dtype);
    if (!(std >= 0)) {
      throw new JacquardException("normal: a standard deviation of " + std + ", expected 0 or more.");
    }
    var work = dtype.computeType();
    var function = NORMAL.computeIfAbsent(dtype, RandomTensors::normalOf);
    return draw(function, work == DType.FLOAT64 ? 4 : 2, position(device, shape), work.bits(mean),
        work.bits(std));
  }

  /** Box, Muller (1958): A Note on the Generation of Random Normal Deviates. */
  private static ScalarFunction normalOf(DType type) {
    var work = type.computeType();
    return ScalarFunction.withParams("randn", trace -> {
      var radius = unit(trace, 0, work).neg().log1p().mul(-2).sqrt();
      var angle = unit(trace, work == DType.FLOAT64 ? 2 : 1, work).mul(2 * Math.PI);
      return radius.mul(angle.cos()).mul(number(trace, 1, work)).add(number(trace, 0, work)).to(type);
    });
  }

  static Tensor integers(Device device, long low, long high, Shape shape) {
    if (low >= high || high - low < 0 || high - low > 1L << 32) {
      throw new JacquardException("randint: from " + low + " to below " + high
          + ", expected a range that is not empty and no wider than 2^32.");
    }
    return draw(INTEGERS, 2, position(device, shape), low, high - low);
  }

  static Tensor permutation(Device device, long n) {
    if (n < 0) throw new JacquardException("randperm: " + n + " numbers, expected 0 or more.");
    return draw(KEYS, 2, position(device, Shape.of(n))).argsort(0);
  }

  static Tensor bernoulli(Tensor p) {
    requireFloating("bernoulli", p.dtype());
    return draw(BERNOULLI, 1, new Tensor[]{base(p.device()), p});
  }

  /** The draw base for each element, which gives the result its shape. */
  private static Tensor[] position(Device device, Shape shape) {
    return new Tensor[]{base(device).expand(shape)};
  }

  private static Tensor base(Device device) {
    return Generator.current().base(device);
  }

  /** Runs a function on inputs of which the first is the draw base, taking so many draws. */
  static Tensor draw(ScalarFunction function, int draws, Tensor[] in, long... numbers) {
    var generator = Generator.current();
    var params = new long[FIRST_NUMBER + numbers.length];
    params[0] = generator.seed();
    for (int k = 0; k < draws; k++) params[1 + k] = generator.nextOffset();
    System.arraycopy(numbers, 0, params, FIRST_NUMBER, numbers.length);
    var op = in.length == 1 ? function.on(in[0].dtype()) : function.on(in[0].dtype(), in[1].dtype());
    return Tensor.apply(op.withParams(params), in)[0];
  }

  private static Scalar number(Trace trace, int k, DType type) {
    return trace.param(FIRST_NUMBER + k, type);
  }

  /** A multiple of 2^-24 from [0, 1). */
  static Scalar uniform(Trace trace, int draw) {
    return trace.uniform(0, 0, 1 + draw);
  }

  /** A number from [0, 1), of one draw; of two if the type has the digits for it. */
  private static Scalar unit(Trace trace, int draw, DType work) {
    var high = uniform(trace, draw).to(work);
    return work == DType.FLOAT64 ? high.add(uniform(trace, draw + 1).to(work).mul(0x1p-24)) : high;
  }

  /** Two draws as an integer of 48 random bits. */
  private static Scalar bits48(Trace trace) {
    var high = uniform(trace, 0).mul(0x1p24).to(DType.INT64);
    return high.mul(0x1p24).add(uniform(trace, 1).mul(0x1p24).to(DType.INT64));
  }

  /** A number of the type below {@code bound}, as near as a few digits tell. */
  private static double below(DType type, double bound) {
    for (int bits = 53; bits > 0; bits--) {
      double lower = type.value(type.bits(bound - Math.abs(bound) * Math.scalb(1.0, -bits)));
      if (lower < bound) return lower;
    }
    return bound;
  }

  private static void requireFloating(String op, DType type) {
    if (!type.isFloating()) {
      throw new JacquardException(
          op + ": numbers of " + type + ", expected a floating type. For integers, use randint.");
    }
  }
}
