package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.spi.Gemm;
import io.jacquard.spi.View;
import java.util.List;
import java.util.stream.Stream;

/** The matrix product of {@link ReferenceBackend}: floats in double and rounded once, integers in 64 bits and wrapped. */
final class Matmul {
  private final Gemm how;
  private final DType type;
  private final Shape product;
  private final Elements a;
  private final Elements b;
  private final CheckedCall fused;

  Matmul(Gemm how, View a, View b, View[] extra, View[] out) {
    this.how = how;
    type = a.dtype().computeType();
    product = product(a, b);
    this.a = new Elements("matmul: a", a);
    this.b = new Elements("matmul: b", b);
    var all = Stream.concat(Stream.of(a, b), Stream.of(extra)).toArray(View[]::new);
    new CheckedCall("matmul", all, out).checkOutputShapes(product);
    fused = new CheckedCall("matmul", extra, out);
    fused.checkInputShapes(product);
    checkEpilogue(extra);
  }

  private static Shape product(View a, View b) {
    var sa = a.shape();
    var sb = b.shape();
    int rank = sa.rank();
    boolean fits = rank >= 2 && sb.rank() == rank && sa.size(-1) == sb.size(-2) && a.dtype() == b.dtype()
        && a.dtype() != DType.BOOL;
    for (int d = 0; fits && d < rank - 2; d++) fits = sa.size(d) == sb.size(d);
    if (!fits) throw new IllegalArgumentException("matmul of " + a.spec() + " and " + b.spec());
    return sa.with(rank - 1, sb.size(-1));
  }

  private void checkEpilogue(View[] extra) {
    var epilogue = how.epilogue();
    if (epilogue == null) {
      fused.checkInputTypes(List.of());
      fused.checkFolds(List.of(type));
      return;
    }
    fused.checkInputTypes(epilogue.inputs().subList(1, epilogue.inputs().size()));
    fused.checkOutputTypes(CheckedCall.outputTypes(epilogue));
    if (epilogue.inputs().getFirst() != type || how.beta() != 0 && fused.output(0).type() != type)
      throw new IllegalArgumentException(
          "matmul: an epilogue on " + epilogue.inputs().getFirst() + " after " + type);
  }

  void run(long[] params) {
    var evaluate = how.epilogue() == null ? null : new Evaluate(how.epilogue(), params);
    var sums = type.isFloating() ? floating() : integer();
    for (int at = 0; at < sums.length; at++) {
      if (evaluate == null) {
        fused.output(0).set(at, Arithmetic.cast(type, fused.output(0).type(), sums[at]));
        continue;
      }
      var values = evaluate.at(at, concat(sums[at], fused.inputsAt(at)));
      for (int j = 0; j < values.length; j++) fused.output(j).set(at, values[j]);
    }
  }

  private static long[] concat(long first, long[] rest) {
    var all = new long[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  private long[] floating() {
    var x = a.values();
    var y = b.values();
    int n = Math.toIntExact(product.size(-1));
    int k = Math.toIntExact(a.shape().size(-1));
    int m = Math.toIntExact(product.size(-2));
    var sums = new long[Math.toIntExact(product.numel())];
    for (int at = 0; at < sums.length; at++) {
      int row = at / n;
      int matrix = row / m * k * n; // where this batch's matrix of b starts
      double sum = 0;
      for (int i = 0; i < k; i++) sum += x[row * k + i] * y[matrix + i * n + at % n];
      sum *= how.alpha();
      sums[at] = type.bits(how.beta() == 0 ? sum : sum + how.beta() * fused.output(0).value(at));
    }
    return sums;
  }

  private long[] integer() {
    var x = a.raw();
    var y = b.raw();
    int n = Math.toIntExact(product.size(-1));
    int k = Math.toIntExact(a.shape().size(-1));
    int m = Math.toIntExact(product.size(-2));
    var sums = new long[Math.toIntExact(product.numel())];
    for (int at = 0; at < sums.length; at++) {
      int row = at / n;
      int matrix = row / m * k * n;
      long sum = 0;
      for (int i = 0; i < k; i++) sum += x[row * k + i] * y[matrix + i * n + at % n];
      sum *= (long) how.alpha();
      sums[at] = type.bits(how.beta() == 0 ? sum : sum + (long) how.beta() * fused.output(0).get(at));
    }
    return sums;
  }
}
