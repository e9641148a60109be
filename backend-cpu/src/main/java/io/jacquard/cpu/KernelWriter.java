package io.jacquard.cpu;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.jacquard.DType;
import io.jacquard.expr.Node;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;

/**
 * Writes a program as a class of its own. In Java, {@code exp(x * w)} with a broadcast {@code w} would read:
 *
 * <pre>{@code
 * void run(long[] at, long[] params, long index, int n, int rows) {
 *   int whole = n & -LANES;
 *   if (whole > 0) vectors(at, params, index, 0, whole, n, rows);
 *   if (whole < n) scalars(at, params, index, whole, n, n, rows);
 * }
 *
 * static void vectors(long[] at, long[] params, long index, int from, int to, int n, int rows) {
 *   if (rows <= 0) return;
 *   long x = at[0], w = at[1], y = at[2];
 *   long xStep = at[3], wStep = at[4], yStep = at[5];
 *   for (; rows > 0; rows--) {
 *     FloatVector ws = VectorMath.broadcast(Memory.getFloat(w));     // the same for all elements of a row
 *     for (int i = from; i < to; i += LANES) {
 *       FloatVector v = VectorMath.load(x + 4L * i);
 *       VectorMath.store(VectorMath.exp(VectorMath.mul(v, ws)), y + 4L * i);
 *     }
 *     x += xStep;
 *     w += wStep;
 *     y += yStep;
 *     index += n;
 *   }
 * }
 * }</pre>
 *
 * <p>{@code scalars} is the same with floats and {@link FloatMath}. It alone is there for programs that compute with
 * integers or float64; C2 makes vector code of the simple ones by itself. Whatever an operation is, it is a call of a
 * static method named after it.
 */
final class KernelWriter {
  private static final ClassDesc MASK = Generated.api("VectorMask");
  private static final ClassDesc INTS = Generated.api("IntVector");
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_void, LONGS, LONGS, CD_long, CD_int,
      CD_int);
  private static final MethodTypeDesc LOOP = MethodTypeDesc.of(CD_void, LONGS, LONGS, CD_long, CD_int,
      CD_int, CD_int, CD_int);
  // the parameters of a loop method
  private static final int AT = 0;
  private static final int PARAMS = 1;
  private static final int INDEX = 2;
  private static final int FROM = 4;
  private static final int TO = 5;
  private static final int N = 6;
  private static final int ROWS = 7;

  private final Code program;
  private final boolean[] varies;
  /** Of what is the same for all elements of a row, what differs from row to row: what comes from a broadcast input. */
  private final boolean[] perRow;
  private final CodeBuilder code;
  private final boolean vectors;
  /** The local that holds each node's value, as a scalar; -1 where there is none. */
  private final int[] scalar;
  /** The same as a vector or mask. */
  private final int[] vector;
  private final int[] addresses;
  /** The local that counts the elements of a row. */
  private final int i;

  private KernelWriter(Code program, boolean[] broadcast, CodeBuilder code, boolean vectors) {
    this.program = program;
    this.code = code;
    this.vectors = vectors;
    varies = KernelShape.varies(program, broadcast);
    perRow = KernelShape.perRow(program, varies);
    scalar = new int[program.nodes.size()];
    vector = new int[program.nodes.size()];
    addresses = new int[program.operands()];
    i = code.allocateLocal(TypeKind.INT);
  }

  /**
   * A new kernel for a program.
   *
   * @param broadcast which of its inputs are one element for all
   * @param vectors whether there shall be a loop on vectors, for which {@link KernelShape#isVector} must hold
   */
  static Kernel write(Code program, boolean[] broadcast, boolean vectors) {
    var self = ClassDesc.of(KernelWriter.class.getPackageName(), "Kernel" + (vectors ? "Vector" : "Scalar"));
    var init = ConstantDescs.INIT_NAME;
    var nothing = ConstantDescs.MTD_void;
    byte[] bytes = ClassFile.of().build(self, type -> {
      type.withSuperclass(Generated.desc(Kernel.class)).withFlags(ClassFile.ACC_FINAL);
      type.withMethodBody(init, nothing, 0,
          code -> code.aload(0).invokespecial(Generated.desc(Kernel.class), init, nothing).return_());
      type.withMethodBody("run", RUN, 0, code -> run(code, self, vectors));
      type.withMethodBody("scalars", LOOP, ClassFile.ACC_STATIC,
          code -> new KernelWriter(program, broadcast, code, false).loop());
      if (vectors) {
        type.withMethodBody("vectors", LOOP, ClassFile.ACC_STATIC,
            code -> new KernelWriter(program, broadcast, code, true).loop());
      }
    });
    try {
      var hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
      var constructor = hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class));
      return (Kernel) constructor.invoke();
    } catch (Throwable e) {
      throw new AssertionError("the class generated for this program is not valid:\n" + program.nodes, e);
    }
  }

  private static void run(CodeBuilder code, ClassDesc self, boolean vectors) {
    int n = 5;
    int whole = code.allocateLocal(TypeKind.INT);
    var rest = code.newLabel();
    var end = code.newLabel();
    if (vectors)
      code.iload(n).loadConstant(-Simd.LANES).iand().istore(whole);
    else
      code.iconst_0().istore(whole);
    if (vectors) {
      code.iload(whole).ifle(rest).iconst_0();
      int from = code.allocateLocal(TypeKind.INT);
      code.istore(from);
      call(code, self, "vectors", from, whole);
    }
    code.labelBinding(rest).iload(whole).iload(n).if_icmpge(end);
    call(code, self, "scalars", whole, n);
    code.labelBinding(end).return_();
  }

  private static void call(CodeBuilder code, ClassDesc self, String loop, int from, int to) {
    code.aload(1).aload(2).lload(3).iload(from).iload(to).iload(5).iload(6).invokestatic(self, loop, LOOP);
  }

  /** The body of {@code vectors} or {@code scalars}. */
  private void loop() {
    var work = code.newLabel();
    code.iload(ROWS).ifgt(work).return_().labelBinding(work);
    var steps = new int[addresses.length];
    for (int p = 0; p < addresses.length; p++) {
      addresses[p] = longOf(p);
      steps[p] = longOf(addresses.length + p);
    }
    invariants(false);
    var head = code.newLabel();
    var end = code.newLabel();
    code.labelBinding(head).iload(ROWS).ifle(end);
    invariants(true);
    row();
    for (int p = 0; p < addresses.length; p++)
      code.lload(addresses[p]).lload(steps[p]).ladd().lstore(addresses[p]);
    code.lload(INDEX).iload(N).i2l().ladd().lstore(INDEX);
    code.iinc(ROWS, -1).goto_(head).labelBinding(end).return_();
  }

  /** A new local with an entry of the array of addresses. */
  private int longOf(int entry) {
    int local = code.allocateLocal(TypeKind.LONG);
    code.aload(AT).loadConstant(entry).laload().lstore(local);
    return local;
  }

  /** Computes what is the same for all elements, or for those of a row. */
  private void invariants(boolean ofRow) {
    for (int node = 0; node < scalar.length; node++) {
      if (!varies[node] && perRow[node] == ofRow) scalar(node);
    }
    for (int node = 0; vectors && node < scalar.length; node++) {
      if (!varies[node] && perRow[node] == ofRow
          && KernelShape.isVectorType(program.nodes.get(node).type()))
        broadcastNode(node);
    }
  }

  private void row() {
    var head = code.newLabel();
    var end = code.newLabel();
    code.iload(FROM).istore(i);
    code.labelBinding(head).iload(i).iload(TO).if_icmpge(end);
    for (int node = 0; node < scalar.length; node++) {
      if (varies[node] && vectors)
        vector(node);
      else
        if (varies[node]) scalar(node);
    }
    for (int j = 0; j < program.outputs.length; j++) store(j);
    code.iinc(i, vectors ? Simd.LANES : 1).goto_(head).labelBinding(end);
  }

  private void broadcastNode(int number) {
    var type = program.nodes.get(number).type();
    load(type, scalar[number]);
    VectorInliner.call(code, "broadcast", MethodTypeDesc.of(vectorDesc(type), desc(type)));
    vector[number] = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(vector[number]);
  }

  // one node

  private void scalar(int number) {
    var node = program.nodes.get(number);
    var type = node.type();
    switch (node) {
      case Node.Input(int input, _) -> {
        pushAddress(input, type, varies[number]);
        get(type);
      }
      case Node.Param(int param, _) -> {
        code.aload(PARAMS).loadConstant(param).laload();
        fromBits(type);
      }
      case Node.Const(_, long bits) -> {
        switch (type) {
          case FLOAT32 -> code.loadConstant(Float.intBitsToFloat((int) bits));
          case FLOAT64 -> code.loadConstant(Double.longBitsToDouble(bits));
          case INT64 -> code.loadConstant(bits);
          default -> code.loadConstant((int) bits);
        }
      }
      case Node.Index() -> code.lload(INDEX).iload(i).i2l().ladd();
      case Node.Uniform uniform -> {
        pushAddress(program.inputs.length + program.uniforms.indexOf(uniform), DType.FLOAT32, true);
        get(DType.FLOAT32);
      }
      case Node.Cast(_, int of) -> {
        var from = program.nodes.get(of).type();
        load(from, scalar[of]);
        code.invokestatic(Generated.desc(Casts.class), castName(from, type),
            MethodTypeDesc.of(desc(type), desc(from)));
      }
      case Node.Apply apply -> {
        var args = new ClassDesc[apply.op().arity()];
        for (int k = 0; k < args.length; k++) {
          var from = program.nodes.get(apply.arg(k)).type();
          args[k] = desc(from);
          load(from, scalar[apply.arg(k)]);
        }
        var operand = program.nodes.get(apply.arg(args.length - 1)).type();
        code.invokestatic(owner(operand), name(apply), MethodTypeDesc.of(desc(type), args));
        if (type == DType.UINT8) code.loadConstant(0xff).iand();
      }
    }
    scalar[number] = code.allocateLocal(kind(type));
    code.storeLocal(kind(type), scalar[number]);
  }

  private void vector(int number) {
    var node = program.nodes.get(number);
    var type = node.type();
    switch (node) {
      case Node.Input(int input, _) -> {
        pushAddress(input, type, true);
        var method = switch (type) {
          case FLOAT32 -> "load";
          case BOOL -> "loadMask";
          case BFLOAT16, FLOAT16 -> "loadShorts";
          default -> "loadBytes";
        };
        VectorInliner.call(code, method, MethodTypeDesc.of(vectorDesc(type), CD_long));
      }
      case Node.Uniform uniform -> {
        pushAddress(program.inputs.length + program.uniforms.indexOf(uniform), DType.FLOAT32, true);
        VectorInliner.call(code, "load", MethodTypeDesc.of(Generated.VECTOR, CD_long));
      }
      case Node.Cast(_, int of) -> {
        var from = program.nodes.get(of).type();
        code.aload(vector[of]);
        // a vector of uint8 is held as floats already
        if (!vectorDesc(from).equals(vectorDesc(type))) {
          VectorInliner.call(code, castName(from, type),
              MethodTypeDesc.of(vectorDesc(type), vectorDesc(from)));
        }
      }
      case Node.Apply apply -> {
        var args = new ClassDesc[apply.op().arity()];
        for (int k = 0; k < args.length; k++) {
          args[k] = vectorDesc(program.nodes.get(apply.arg(k)).type());
          code.aload(vector[apply.arg(k)]);
        }
        VectorInliner.call(code, name(apply), MethodTypeDesc.of(vectorDesc(type), args));
      }
      default -> throw new IllegalStateException(node + " has no vector form");
    }
    vector[number] = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(vector[number]);
  }

  private void store(int j) {
    int node = program.results[j];
    var type = program.outputs[j];
    if (vectors) {
      code.aload(vector[node]);
      pushAddress(program.firstOutput() + j, type, true);
      VectorInliner.call(code, type == DType.BOOL ? "storeMask" : type.isHalf() ? "storeShorts" : "store",
          MethodTypeDesc.of(CD_void, vectorDesc(type), CD_long));
      return;
    }
    pushAddress(program.firstOutput() + j, type, true);
    load(type, scalar[node]);
    var method = switch (type) {
      case FLOAT32 -> "setFloat";
      case FLOAT64 -> "setDouble";
      case INT32 -> "setInt";
      case INT64 -> "setLong";
      case BFLOAT16, FLOAT16 -> "setShort";
      case UINT8, BOOL -> "setByte";
    };
    code.invokestatic(Generated.MEMORY, method, MethodTypeDesc.of(CD_void, CD_long, memoryDesc(type)));
  }

  // small parts

  private void pushAddress(int operand, DType type, boolean moving) {
    code.lload(addresses[operand]);
    if (moving) {
      code.iload(i).i2l();
      if (type.bytes() > 1) code.loadConstant(Integer.numberOfTrailingZeros(type.bytes())).lshl();
      code.ladd();
    }
  }

  private void get(DType type) {
    var method = switch (type) {
      case FLOAT32 -> "getFloat";
      case FLOAT64 -> "getDouble";
      case INT32 -> "getInt";
      case INT64 -> "getLong";
      case BFLOAT16, FLOAT16 -> "getShort";
      case UINT8, BOOL -> "getByte";
    };
    code.invokestatic(Generated.MEMORY, method, MethodTypeDesc.of(memoryDesc(type), CD_long));
  }

  /** Turns raw bits on the stack into a value. */
  private void fromBits(DType type) {
    switch (type) {
      case FLOAT32 -> code.l2i().invokestatic(ConstantDescs.CD_Float, "intBitsToFloat",
          MethodTypeDesc.of(CD_float, CD_int));
      case FLOAT64 -> code.invokestatic(ConstantDescs.CD_Double, "longBitsToDouble",
          MethodTypeDesc.of(CD_double, CD_long));
      case INT32, UINT8, BOOL, BFLOAT16, FLOAT16 -> code.l2i();
      case INT64 -> {
        // as it is
      }
    }
  }

  private void load(DType type, int local) {
    code.loadLocal(kind(type), local);
  }

  private static TypeKind kind(DType type) {
    return switch (type) {
      case FLOAT32 -> TypeKind.FLOAT;
      case FLOAT64 -> TypeKind.DOUBLE;
      case INT64 -> TypeKind.LONG;
      case INT32, UINT8, BOOL, BFLOAT16, FLOAT16 -> TypeKind.INT;
    };
  }

  /** How a value travels in calls. */
  private static ClassDesc desc(DType type) {
    return type == DType.BOOL ? CD_boolean : memoryDesc(type);
  }

  /** How a value leaves and enters memory. */
  private static ClassDesc memoryDesc(DType type) {
    return switch (type) {
      case FLOAT32 -> CD_float;
      case FLOAT64 -> CD_double;
      case INT64 -> CD_long;
      case INT32, UINT8, BOOL, BFLOAT16, FLOAT16 -> CD_int;
    };
  }

  private static ClassDesc vectorDesc(DType type) {
    return type == DType.BOOL ? MASK : type.isHalf() ? INTS : Generated.VECTOR;
  }

  private static ClassDesc owner(DType type) {
    return Generated.desc(switch (type) {
      case FLOAT32 -> FloatMath.class;
      case FLOAT64 -> DoubleMath.class;
      case BOOL -> BoolMath.class;
      default -> IntegerMath.class;
    });
  }

  private static String name(Node.Apply apply) {
    return apply.op().name().toLowerCase(Locale.ROOT);
  }

  private static String castName(DType from, DType to) {
    return switch (from) {
      case BFLOAT16 -> "fromBFloat16";
      case FLOAT16 -> "fromFloat16";
      default -> castName(to);
    };
  }

  private static String castName(DType to) {
    return switch (to) {
      case FLOAT32 -> "toFloat";
      case FLOAT64 -> "toDouble";
      case INT32 -> "toInt";
      case INT64 -> "toLong";
      case UINT8 -> "toByte";
      case BOOL -> "toBool";
      case BFLOAT16 -> "toBFloat16";
      case FLOAT16 -> "toFloat16";
    };
  }
}
