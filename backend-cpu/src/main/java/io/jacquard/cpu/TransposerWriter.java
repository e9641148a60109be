package io.jacquard.cpu;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;

/**
 * Writes the bytecode of the {@link Transposer}: like {@link MicroKernelWriter}'s, its rows must be local variables,
 * as many as a vector has lanes.
 */
final class TransposerWriter {
  private static final int BLOCKS = 1;
  private static final int FROM = 2;
  private static final int FROM_ROW = 4;
  private static final int TO = 6;
  private static final int TO_ROW = 8;

  private TransposerWriter() {}

  static Transposer write() {
    var type = MethodTypeDesc.of(CD_void, CD_int, CD_long, CD_long, CD_long, CD_long);
    return Generated.instance(Transposer.class, "Transposer" + Simd.LANES, type, TransposerWriter::body);
  }

  private static void body(CodeBuilder code) {
    int[] rows = new int[Simd.LANES];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = code.allocateLocal(TypeKind.REFERENCE);
    }
    int address = code.allocateLocal(TypeKind.LONG);
    int spare = code.allocateLocal(TypeKind.REFERENCE);
    var head = code.newLabel();
    var end = code.newLabel();
    code.labelBinding(head).iload(BLOCKS).ifle(end);
    code.lload(FROM).lstore(address);
    for (int row : rows) {
      Generated.loadVector(code, address, 0);
      code.astore(row);
      code.lload(address).lload(FROM_ROW).ladd().lstore(address);
    }
    for (int d = Simd.LANES / 2; d >= 1; d /= 2) {
      for (int i = 0; i < rows.length; i++) {
        if ((i & d) == 0) {
          exchange(code, rows[i], rows[i | d], d, spare);
        }
      }
    }
    for (int row : rows) {
      code.aload(row);
      Generated.storeVector(code, TO, 0);
      code.lload(TO).lload(TO_ROW).ladd().lstore(TO);
    }
    code.lload(FROM).loadConstant((long) Simd.BYTES).ladd().lstore(FROM);
    code.iinc(BLOCKS, -1).goto_(head).labelBinding(end).return_();
  }

  private static void exchange(CodeBuilder code, int upper, int lower, int d, int spare) {
    select(code, "LOW_" + d, upper, lower);
    code.astore(spare);
    select(code, "HIGH_" + d, upper, lower);
    code.astore(lower).aload(spare).astore(upper);
  }

  private static void select(CodeBuilder code, String lanes, int first, int second) {
    code.getstatic(Generated.desc(Transposer.class), lanes, Generated.VECTOR).aload(first).aload(second);
    code.invokevirtual(Generated.VECTOR, "selectFrom",
        MethodTypeDesc.of(Generated.VECTOR, Generated.BASE_VECTOR, Generated.BASE_VECTOR));
  }
}
