package io.jacquard.ops;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.expr.Scalar;
import io.jacquard.expr.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A named function of scalars that is traced once for each combination of input types. Meant for constants.
 *
 * <pre>{@code
 * static final ScalarFunction SQUARED_ERROR = ScalarFunction.of("squared_error", in -> in[0].sub(in[1]).square());
 *
 * static Tensor squaredError(Tensor a, Tensor b) {
 *   return Tensor.apply(SQUARED_ERROR.on(a.dtype(), b.dtype()), a, b)[0];
 * }
 * }</pre>
 */
public final class ScalarFunction {
  private record Traced(DType[] types, Elementwise op) {}

  private final String name;
  private final Function<Trace, Scalar[]> body;
  /** A cache: few type combinations are ever used, so a list is searched. Replaced whole, never changed. */
  private volatile Traced[] traced = {};

  private ScalarFunction(String name, Function<Trace, Scalar[]> body) {
    this.name = name;
    this.body = body;
  }

  /** A function with one result. */
  public static ScalarFunction of(String name, Function<Scalar[], Scalar> body) {
    return new ScalarFunction(name, trace -> new Scalar[]{body.apply(trace.inputs())});
  }

  /** A function with several results. */
  public static ScalarFunction several(String name, Function<Scalar[], Scalar[]> body) {
    return new ScalarFunction(name, trace -> body.apply(trace.inputs()));
  }

  /** A function with one result that also has parameters, which it takes from the trace. */
  public static ScalarFunction withParams(String name, Function<Trace, Scalar> body) {
    return new ScalarFunction(name, trace -> new Scalar[]{body.apply(trace)});
  }

  /** The op for inputs of one type, without parameters. */
  public Elementwise on(DType type) {
    for (var known : traced) {
      if (known.types.length == 1 && known.types[0] == type) return known.op;
    }
    return trace(type);
  }

  /** The op for inputs of two types, without parameters. */
  public Elementwise on(DType a, DType b) {
    for (var known : traced) {
      if (known.types.length == 2 && known.types[0] == a && known.types[1] == b) return known.op;
    }
    return trace(a, b);
  }

  /** The op for inputs of any number of types, without parameters. */
  public Elementwise on(DType... types) {
    for (var known : traced) {
      if (Arrays.equals(known.types, types)) return known.op;
    }
    return trace(types);
  }

  private synchronized Elementwise trace(DType... types) {
    var trace = new Trace(List.of(types));
    var op = new Elementwise(name, trace.program(body.apply(trace)));
    var more = Arrays.copyOf(traced, traced.length + 1);
    more[traced.length] = new Traced(types.clone(), op);
    traced = more;
    return op;
  }

  /** The program for inputs of these types. */
  public Program program(DType... types) {
    return on(types).program();
  }
}
