package io.jacquard.cpu;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Writes the bytecode of a {@link MicroKernel}.
 *
 * <p>C2 keeps an accumulator in a register only if it is a local variable of its own, so a tile of 8 by 3 vectors
 * needs 24 of them and a loop body that names each. That is generated here rather than written out, for any tile
 * shape and any vector width. In Java, a tile of 2 by 1 in mode STORE would read:
 *
 * <pre>{@code
 * if (depth <= 0) return;
 * long a0 = a, a1 = a + aRow;
 * FloatVector zero = FloatVector.zero(FLOATS), c00 = zero, c10 = zero;
 * long at = 0;
 * for (int k = 0; k < depth; k++) {
 *   FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, ALL, b, ORDER);
 *   FloatVector v = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, a0 + at));
 *   c00 = v.fma(b0, c00);
 *   v = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, a1 + at));
 *   c10 = v.fma(b0, c10);
 *   at += aStep;
 *   b += bStep;
 * }
 * c00.intoMemorySegment(ALL, c, ORDER);
 * c10.intoMemorySegment(ALL, c + cRow, ORDER);
 * }</pre>
 *
 * <p>Each mode is a class of its own, and no mode does more than one thing to C. C2 stops inlining in methods that
 * grow too large, and then every vector is an object. C1 runs out of virtual registers even earlier (loading a tile of
 * C is enough), and then the method may stay in a tier from which C2 never takes it over. So there is no kernel that
 * adds to C; that is done afterwards, by {@link Tiles}.
 */
final class MicroKernelWriter {
  private static final ClassDesc VECTOR = TileCode.VECTOR;
  private static final ClassDesc MASK = Generated.desc(VectorMask.class);
  private static final ClassDesc COMPARISON = Generated.desc(VectorOperators.Comparison.class);

  // The slots of run's parameters; long values take two.
  private static final int DEPTH = 1;
  private static final int A = 2;
  private static final int A_ROW = 4;
  private static final int A_STEP = 6;
  private static final int B = 8;
  private static final int B_STEP = 10;
  private static final int C = 12;
  private static final int C_ROW = 14;
  private static final int BIAS = 16;
  private static final int ALPHA = 18;

  private final CodeBuilder code;
  private final TileCode tile;
  private final int rows;
  private final int vectors;
  private final MicroKernel.Mode mode;

  private MicroKernelWriter(CodeBuilder code, int rows, int vectors, MicroKernel.Mode mode) {
    this.code = code;
    this.rows = rows;
    this.vectors = vectors;
    this.mode = mode;
    tile = new TileCode(code, rows, vectors);
  }

  /** A new kernel for tiles of {@code rows} rows and {@code vectors} vectors. */
  static MicroKernel write(int rows, int vectors, MicroKernel.Mode mode) {
    var run = MethodTypeDesc.of(CD_void, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long,
        CD_long,
        CD_long, CD_float);
    return Generated.instance(MicroKernel.class, "MicroKernel" + rows + "x" + vectors + mode, run,
        code -> new MicroKernelWriter(code, rows, vectors, mode).body());
  }

  private void body() {
    var work = code.newLabel();
    code.iload(DEPTH).ifgt(work).return_().labelBinding(work);
    int[] aRows = new int[rows];
    for (int i = 0; i < rows; i++) {
      aRows[i] = code.allocateLocal(TypeKind.LONG);
      code.lload(i == 0 ? A : aRows[i - 1]);
      if (i > 0) {
        code.lload(A_ROW).ladd();
      }
      code.lstore(aRows[i]);
    }
    int zero = tile.zero();
    int[] sums = tile.sums(zero);
    loop(aRows, sums);
    int[] operands = operands();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < vectors; j++) {
        finish(sums[i * vectors + j], operands[j], zero, j);
      }
      if (i + 1 < rows) {
        code.lload(C).lload(C_ROW).ladd().lstore(C);
      }
    }
    code.return_();
  }

  private void loop(int[] aRows, int[] sums) {
    int at = code.allocateLocal(TypeKind.LONG);
    int k = code.allocateLocal(TypeKind.INT);
    int v = code.allocateLocal(TypeKind.REFERENCE);
    int[] b = tile.locals(vectors);
    var head = code.newLabel();
    var end = code.newLabel();
    code.lconst_0().lstore(at).iconst_0().istore(k);
    code.labelBinding(head).iload(k).iload(DEPTH).if_icmpge(end);
    tile.loadVectors(B, b);
    tile.addProducts(aRows, at, b, sums, v);
    code.lload(at).lload(A_STEP).ladd().lstore(at);
    code.lload(B).lload(B_STEP).ladd().lstore(B);
    code.iinc(k, 1).goto_(head).labelBinding(end);
  }

  /** Loads what the ending combines with the sums: the bias, or alpha in every column; nothing otherwise. */
  private int[] operands() {
    int[] operands = new int[vectors];
    if (mode == MicroKernel.Mode.BIAS || mode == MicroKernel.Mode.BIAS_RELU) {
      operands = tile.locals(vectors);
      tile.loadVectors(BIAS, operands);
    } else if (mode == MicroKernel.Mode.SCALE) {
      int alpha = code.allocateLocal(TypeKind.REFERENCE);
      Generated.species(code);
      code.fload(ALPHA).invokestatic(VECTOR, "broadcast", TileCode.BROADCAST).astore(alpha);
      Arrays.fill(operands, alpha);
    }
    return operands;
  }

  /** Applies the mode to one sum and stores it; {@code operand} holds the bias or alpha. */
  private void finish(int sum, int operand, int zero, int j) {
    switch (mode) {
      case STORE -> code.aload(sum);
      case SCALE -> code.aload(sum).aload(operand).invokevirtual(VECTOR, "mul", TileCode.BINARY);
      case BIAS -> code.aload(sum).aload(operand).invokevirtual(VECTOR, "add", TileCode.BINARY);
      case BIAS_RELU -> {
        // Compare and blend: two instructions on x86, where the API's max takes six.
        code.aload(sum).aload(operand).invokevirtual(VECTOR, "add", TileCode.BINARY).astore(sum);
        code.aload(sum).aload(zero).aload(sum)
            .getstatic(Generated.desc(VectorOperators.class), "LE", COMPARISON).aload(zero);
        code.invokevirtual(VECTOR, "compare", MethodTypeDesc.of(MASK, COMPARISON, Generated.BASE_VECTOR));
        code.invokevirtual(VECTOR, "blend", MethodTypeDesc.of(VECTOR, Generated.BASE_VECTOR, MASK));
      }
    }
    Generated.storeVector(code, C, j);
  }
}
