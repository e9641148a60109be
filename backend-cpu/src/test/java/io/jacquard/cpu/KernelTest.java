package io.jacquard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated kernels, on vectors and in plain loops, give the interpreter's bits, on programs drawn at random. */
class KernelTest {
  private static final int PROGRAMS = 60;
  private static final int MOST = 131;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void randomProgramsAgreeWithTheInterpreter(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < PROGRAMS; i++) {
      // every other program has only what vector loops can do
      var types = i % 2 == 0
          ? new DType[]{DType.FLOAT32, DType.BFLOAT16, DType.BOOL, DType.UINT8, DType.FLOAT16}
          : new DType[]{DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64, DType.UINT8, DType.BOOL,
              DType.FLOAT16, DType.BFLOAT16};
      var program = randomProgram(random, types, i % 2 == 0);
      var broadcast = new boolean[types.length];
      for (int p = 0; p < broadcast.length; p++) broadcast[p] = random.nextInt(4) == 0;
      compare(program, broadcast, random);
    }
  }

  private static Program randomProgram(SplittableRandom random, DType[] types, boolean vector) {
    var trace = new Trace(List.of(types));
    var values = new ArrayList<Scalar>(List.of(trace.inputs()));
    if (vector) values.set(3, values.get(3).to(DType.FLOAT32));
    values.add(trace.param(0, DType.FLOAT32));
    values.add(trace.constant(DType.FLOAT32, random.nextInt(7) - 3));
    int length = 3 + random.nextInt(14);
    for (int k = 0; k < length; k++) {
      var a = values.get(random.nextInt(values.size()));
      var b = values.get(random.nextInt(values.size()));
      values.add(operation(random, a, b, values.get(random.nextInt(values.size())), types, vector));
    }
    int last = values.size() - 1;
    return trace.program(values.get(last), values.get(last - 1));
  }

  private static Scalar operation(SplittableRandom random, Scalar a, Scalar b, Scalar c, DType[] types,
      boolean vector) {
    // a bool counts as a float in arithmetic, so that vector programs do not meet int64
    var x = a.type() == DType.BOOL ? a.to(DType.FLOAT32) : a;
    var y = b.type() == DType.BOOL ? b.to(DType.FLOAT32) : b;
    return switch (random.nextInt(31)) {
      case 0 -> x.add(y);
      case 1 -> x.sub(y);
      case 2 -> x.mul(y);
      case 3 -> x.div(y);
      case 4 -> x.min(y);
      case 5 -> x.max(y);
      case 6 -> vector ? x.mul(y).add(x) : x.pow(y);
      case 7 -> x.neg();
      case 8 -> x.abs();
      case 9 -> x.sign();
      case 10 -> x.floor();
      case 11 -> x.ceil();
      case 12 -> x.round();
      case 13 -> x.trunc();
      case 14 -> x.sqrt();
      case 15 -> x.rsqrt();
      case 16 -> x.exp();
      case 17 -> x.expm1();
      case 18 -> x.log();
      case 19 -> x.log1p();
      case 20 -> x.sin();
      case 21 -> x.cos();
      case 22 -> x.tanh();
      case 23 -> x.sigmoid();
      case 24 -> x.erf();
      case 25 -> x.lt(y).xor(x.eq(y)).or(y.le(x));
      case 26 -> a.to(DType.BOOL).and(b.to(DType.BOOL)).not();
      case 27 -> a.to(DType.BOOL).where(b, c);
      case 28 -> x.ne(y);
      case 29 -> x.to(random.nextBoolean() ? DType.BFLOAT16 : DType.FLOAT16);
      default -> vector ? x.gt(y).where(x, y) : a.to(types[random.nextInt(types.length)]);
    };
  }

  private static void compare(Program program, boolean[] broadcast, SplittableRandom random) {
    var code = new Code(program);
    var interpreter = new Interpreter(code, broadcast);
    boolean vectors = KernelShape.isVector(code, broadcast);
    var kernels = new ArrayList<>(List.of(KernelWriter.write(code, broadcast, vectors)));
    if (vectors) kernels.add(KernelWriter.write(code, broadcast, false));
    var params = new long[]{DType.FLOAT32.bits(1.25)};
    int rows = random.nextInt(2) == 0 ? 1 : 3;
    int n = 1 + random.nextInt(MOST / rows);
    int operands = code.operands();
    var at = new long[2 * operands];
    for (int p = 0; p < operands; p++) {
      at[p] = Memory.allocate(2 * MOST * 8L + 64) + 8L * random.nextInt(8);
      // rows of an input may be one and the same; rows of an output lie apart
      at[operands + p] = p < code.firstOutput() && random.nextInt(4) == 0 ? 0 : 8L * (n + random.nextInt(9));
      for (int k = 0; p < code.firstOutput() && k < 2 * MOST * 8 / code.type(p).bytes(); k++)
        Elements.store(code.type(p), at[p] + (long) k * code.type(p).bytes(), value(code.type(p), random));
    }
    interpreter.run(at, params, 17, n, rows);
    var expected = results(code, at, n, rows);
    for (var generated : kernels) {
      generated.run(at, params, 17, n, rows);
      var actual = results(code, at, n, rows);
      for (int i = 0; i < expected.length; i++)
        assertEquals(expected[i], actual[i],
            "element " + i % n + " of " + rows + " rows of " + n + ", program\n" + program);
    }
    for (int p = 0; p < operands; p++) Memory.free(at[p] & -64);
  }

  /** The outputs' bits, with one NaN for all NaNs. */
  private static long[] results(Code code, long[] at, int n, int rows) {
    var all = new long[n * rows * code.outputs.length];
    int i = 0;
    for (int j = 0; j < code.outputs.length; j++) {
      var type = code.outputs[j];
      int p = code.firstOutput() + j;
      for (int r = 0; r < rows; r++) {
        for (int k = 0; k < n; k++) {
          long bits = Elements.load(type, at[p] + r * at[code.operands() + p] + (long) k * type.bytes());
          boolean nan = type.isFloating() && Double.isNaN(type.value(bits));
          all[i++] = nan ? Long.MIN_VALUE : bits;
        }
      }
    }
    return all;
  }

  private static long value(DType type, SplittableRandom random) {
    if (type.isFloating()) {
      return type.bits(switch (random.nextInt(12)) {
        case 0 -> Double.NaN;
        case 1 -> Double.POSITIVE_INFINITY;
        case 2 -> -0.0;
        case 3 -> 1e-40;
        case 4 -> random.nextInt(5) - 2;
        case 5 -> random.nextDouble(-1e4, 1e4);
        default -> random.nextDouble(-4, 4);
      });
    }
    return switch (type) {
      case BOOL -> random.nextInt(2);
      case UINT8 -> random.nextInt(256);
      case INT32 -> random.nextInt(4) == 0 ? Integer.MIN_VALUE : random.nextInt(-9, 9);
      default -> random.nextInt(4) == 0 ? Long.MIN_VALUE : random.nextInt(-9, 9);
    };
  }
}
