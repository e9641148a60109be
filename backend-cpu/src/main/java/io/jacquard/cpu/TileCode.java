package io.jacquard.cpu;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.ValueLayout;

/**
 * The bytecode that all kernels of matrix tiles share: a local for each of {@code rows} times {@code vectors} sums, and what
 * one step of the inner dimension adds to them. How operands are walked through, and what becomes of the sums, is the
 * business of {@link MicroKernelWriter} and {@link IndexedKernelWriter}.
 */
record TileCode(CodeBuilder code, int rows, int vectors) {
  static final ClassDesc VECTOR = Generated.VECTOR;
  static final MethodTypeDesc BROADCAST = MethodTypeDesc.of(VECTOR, Generated.SPECIES, CD_float);
  static final MethodTypeDesc BINARY = MethodTypeDesc.of(VECTOR, Generated.BASE_VECTOR);
  private static final ClassDesc FLOAT_LAYOUT = Generated.desc(ValueLayout.OfFloat.class);
  private static final MethodTypeDesc ZERO = MethodTypeDesc.of(VECTOR, Generated.SPECIES);
  private static final MethodTypeDesc TERNARY = MethodTypeDesc.of(VECTOR, Generated.BASE_VECTOR,
      Generated.BASE_VECTOR);

  /** A local that holds a vector of zeros. */
  int zero() {
    int zero = code.allocateLocal(TypeKind.REFERENCE);
    Generated.species(code);
    code.invokestatic(VECTOR, "zero", ZERO).astore(zero);
    return zero;
  }

  /** Locals for the sums, row by row, each with what {@code zero} holds. */
  int[] sums(int zero) {
    int[] sums = locals(rows * vectors);
    for (int sum : sums) code.aload(zero).astore(sum);
    return sums;
  }

  /** So many locals for vectors. */
  int[] locals(int count) {
    int[] locals = new int[count];
    for (int j = 0; j < count; j++) locals[j] = code.allocateLocal(TypeKind.REFERENCE);
    return locals;
  }

  /** Fills {@code to} with the vectors that follow the address in local {@code from}. */
  void loadVectors(int from, int[] to) {
    for (int j = 0; j < to.length; j++) {
      Generated.loadVector(code, from, j);
      code.astore(to[j]);
    }
  }

  /**
   * Adds to each row's sums the vectors {@code b} times that row's number, which lies {@code at} bytes behind the address
   * in {@code aRows[i]}.
   *
   * @param factor a local for a vector
   */
  void addProducts(int[] aRows, int at, int[] b, int[] sums, int factor) {
    for (int i = 0; i < rows; i++) {
      Generated.species(code);
      code.getstatic(Generated.MEMORY, "ALL", Generated.SEGMENT);
      code.getstatic(Generated.MEMORY, "FLOAT", FLOAT_LAYOUT);
      code.lload(aRows[i]).lload(at).ladd();
      code.invokeinterface(Generated.SEGMENT, "get", MethodTypeDesc.of(CD_float, FLOAT_LAYOUT, CD_long));
      code.invokestatic(VECTOR, "broadcast", BROADCAST).astore(factor);
      for (int j = 0; j < vectors; j++) {
        int sum = sums[i * vectors + j];
        code.aload(factor).aload(b[j]).aload(sum).invokevirtual(VECTOR, "fma", TERNARY).astore(sum);
      }
    }
  }
}
