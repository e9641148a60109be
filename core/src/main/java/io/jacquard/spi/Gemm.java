package io.jacquard.spi;

import io.jacquard.expr.Program;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Backend#matmul} computes: {@code C = epilogue(alpha * A.B + beta * C, extra...)}.
 *
 * <pre>{@code
 * var relu = new Gemm(1, 0, Program.of(in -> in[0].max(0), DType.FLOAT32));   // C = relu(A.B)
 * }</pre>
 *
 * <p>A, B and the sum have one type, float32, float64 or an integer. Integers wrap in their own width; for them alpha and
 * beta are whole numbers.
 *
 * @param alpha factor of the product
 * @param beta factor of what the first output holds; 0 means that it is not read
 * @param epilogue a program whose input 0 is the sum and whose further inputs are the extra operands, one output view
 *        for each of its outputs; null for none
 */
public record Gemm(double alpha, double beta, @Nullable Program epilogue) {
  /** {@code C = A.B} */
  public static final Gemm PLAIN = new Gemm(1, 0, null);
  /** {@code C = A.B + C} */
  public static final Gemm ACCUMULATE = new Gemm(1, 1, null);
}
