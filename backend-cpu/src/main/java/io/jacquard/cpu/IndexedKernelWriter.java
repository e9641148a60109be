package io.jacquard.cpu;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.ValueLayout;

/**
 * Writes the bytecode of an {@link IndexedKernel}, for the reasons that {@link MicroKernelWriter} gives. In Java, a kernel
 * of 2 rows and 1 vector would read:
 *
 * <pre>{@code
 * long a0 = a + ALL.get(LONG, aRows), a1 = a + ALL.get(LONG, aRows + 8);
 * FloatVector zero = FloatVector.zero(FLOATS), c00 = zero, c10 = zero;
 * for (int k = 0; k < depth; k++) {
 *   long at = ALL.get(LONG, steps), from = b + ALL.get(LONG, steps + 8);
 *   FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, ALL, from, ORDER);
 *   c00 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, a0 + at)).fma(b0, c00);
 *   c10 = FloatVector.broadcast(FLOATS, ALL.get(FLOAT, a1 + at)).fma(b0, c10);
 *   steps += 16;
 * }
 * FloatVector bias0 = FloatVector.fromMemorySegment(FLOATS, ALL, bias, ORDER);
 * c00.add(bias0).intoMemorySegment(ALL, c + ALL.get(LONG, cRows), ORDER);
 * c10.add(bias0).intoMemorySegment(ALL, c + ALL.get(LONG, cRows + 8), ORDER);
 * }</pre>
 */
final class IndexedKernelWriter {
  private static final ClassDesc LONG_LAYOUT = Generated.desc(ValueLayout.OfLong.class);

  // The slots of run's parameters; long values take two.
  private static final int DEPTH = 1;
  private static final int A = 2;
  private static final int A_ROWS = 4;
  private static final int B = 6;
  private static final int STEPS = 8;
  private static final int C = 10;
  private static final int C_ROWS = 12;
  private static final int BIAS = 14;

  private final CodeBuilder code;
  private final TileCode tile;
  private final int rows;
  private final int vectors;

  private IndexedKernelWriter(CodeBuilder code, int rows, int vectors) {
    this.code = code;
    this.rows = rows;
    this.vectors = vectors;
    tile = new TileCode(code, rows, vectors);
  }

  static IndexedKernel write(int rows, int vectors) {
    var run = MethodTypeDesc.of(CD_void, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long,
        CD_long);
    return Generated.instance(IndexedKernel.class,
        "IndexedKernel" + rows + "x" + vectors,
        run, code -> new IndexedKernelWriter(code, rows, vectors).body());
  }

  private void body() {
    int[] aRows = new int[rows];
    for (int i = 0; i < rows; i++) {
      aRows[i] = code.allocateLocal(TypeKind.LONG);
      code.lload(A);
      loadLong(A_ROWS, (long) i * IndexedKernel.ROW);
      code.ladd().lstore(aRows[i]);
    }
    int[] sums = tile.sums(tile.zero());
    loop(aRows, sums);
    store(sums);
    code.return_();
  }

  private void loop(int[] aRows, int[] sums) {
    int at = code.allocateLocal(TypeKind.LONG);
    int from = code.allocateLocal(TypeKind.LONG);
    int k = code.allocateLocal(TypeKind.INT);
    int v = code.allocateLocal(TypeKind.REFERENCE);
    int[] b = tile.locals(vectors);
    var head = code.newLabel();
    var end = code.newLabel();
    code.iconst_0().istore(k);
    code.labelBinding(head).iload(k).iload(DEPTH).if_icmpge(end);
    loadLong(STEPS, 0);
    code.lstore(at);
    code.lload(B);
    loadLong(STEPS, Long.BYTES);
    code.ladd().lstore(from);
    tile.loadVectors(from, b);
    tile.addProducts(aRows, at, b, sums, v);
    code.lload(STEPS).loadConstant((long) IndexedKernel.STEP).ladd().lstore(STEPS);
    code.iinc(k, 1).goto_(head).labelBinding(end);
  }

  private void store(int[] sums) {
    int[] biases = tile.locals(vectors);
    tile.loadVectors(BIAS, biases);
    int to = code.allocateLocal(TypeKind.LONG);
    for (int i = 0; i < rows; i++) {
      code.lload(C);
      loadLong(C_ROWS, (long) i * IndexedKernel.ROW);
      code.ladd().lstore(to);
      for (int j = 0; j < vectors; j++) {
        code.aload(sums[i * vectors + j]).aload(biases[j]).invokevirtual(TileCode.VECTOR, "add",
            TileCode.BINARY);
        Generated.storeVector(code, to, j);
      }
    }
  }

  /** Pushes the long so many bytes after the address in a slot. */
  private void loadLong(int slot, long bytes) {
    code.getstatic(Generated.MEMORY, "ALL", Generated.SEGMENT);
    code.getstatic(Generated.MEMORY, "LONG", LONG_LAYOUT);
    code.lload(slot);
    if (bytes > 0) code.loadConstant(bytes).ladd();
    code.invokeinterface(Generated.SEGMENT, "get", MethodTypeDesc.of(CD_long, LONG_LAYOUT, CD_long));
  }
}
