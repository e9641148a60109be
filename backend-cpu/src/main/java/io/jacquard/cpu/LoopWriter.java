package io.jacquard.cpu;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes of a class with written loops on vectors a subclass, in which each loop is one piece of code that C2 compiles on its
 * own. A loop is an instance method without result that calls {@link VectorMath}.
 *
 * <p>C2 inlines what a loop calls, and the loop where it is called, until the whole has grown to 18,000 nodes; which calls are
 * left then depends on what else happens to be inlined, and thus on the process. Each vector that goes through such a call
 * becomes an object, in every turn of the loop, for as long as the process lives. Therefore
 * <ul>
 * <li>the code of VectorMath's methods stands in place of calls, by {@link VectorInliner};
 * <li>behind its end each loop has so many instructions of no effect that C2 does not inline it: what is compiled while it is
 * warmed is what will be used.
 * </ul>
 */
final class LoopWriter {
  /** Bytes of code above which C2 inlines no method, however often it is called ({@code -XX:FreqInlineSize}). */
  private static final int TOO_LONG_TO_INLINE = 325;

  /** What {@link #write} makes. */
  interface Countable {
    /** Calls each loop once, in such a way that it does nothing; see {@link UntilCompiled}. */
    void count();
  }

  private LoopWriter() {}

  /** Calls each of the loops once, in such a way that they do nothing; see {@link UntilCompiled}. */
  static void count(Object loops) {
    ((Countable) loops).count();
  }

  /** An object of a new subclass of a class in this package. */
  static <T> T write(Class<T> loops) {
    return Generated.subclass(loops, loops.getSimpleName() + "Loops", type -> {
      var written = new ArrayList<MethodModel>();
      for (var method : Generated.methods(loops)) {
        var model = method.code().orElse(null);
        if (model == null || !VectorInliner.calls(model)) continue;
        var name = method.methodName().stringValue();
        if (method.flags().has(AccessFlag.STATIC) || !method.methodTypeSymbol().returnType().equals(CD_void))
          throw new AssertionError(loops.getSimpleName() + "." + name + " is static or has a result");
        type.withMethodBody(name, method.methodTypeSymbol(), 0, code -> {
          returnIfZero(code, loops, method);
          VectorInliner.body(code, model, parameterSlots(method));
          for (int i = 0; i <= TOO_LONG_TO_INLINE; i++) code.nop();
          code.return_();
        });
        written.add(method);
      }
      type.withInterfaceSymbols(Generated.desc(Countable.class));
      type.withMethodBody("count", ConstantDescs.MTD_void, ClassFile.ACC_PUBLIC,
          code -> callWithZeros(code, loops, written));
    });
  }

  /** A loop whose first number of type long, an address or a size, is zero, has nothing to do. */
  private static void returnIfZero(CodeBuilder code, Class<?> loops, MethodModel method) {
    int slot = 1;
    for (var parameter : method.methodTypeSymbol().parameterList()) {
      if (parameter.equals(CD_long)) {
        var work = code.newLabel();
        code.lload(slot).lconst_0().lcmp().ifne(work).return_().labelBinding(work);
        return;
      }
      slot += TypeKind.from(parameter).slotSize();
    }
    throw new AssertionError(
        loops.getSimpleName() + "." + method.methodName().stringValue() + " has no address");
  }

  private static void callWithZeros(CodeBuilder code, Class<?> loops, List<MethodModel> written) {
    for (var method : written) {
      code.aload(0);
      for (var parameter : method.methodTypeSymbol().parameterList()) {
        switch (TypeKind.from(parameter).asLoadable()) {
          case LONG -> code.lconst_0();
          case FLOAT -> code.fconst_0();
          case DOUBLE -> code.dconst_0();
          case REFERENCE -> code.aconst_null();
          default -> code.iconst_0();
        }
      }
      code.invokevirtual(Generated.desc(loops), method.methodName().stringValue(), method.methodTypeSymbol());
    }
    code.return_();
  }

  private static int parameterSlots(MethodModel method) {
    int slots = 1; // the object itself
    for (var parameter : method.methodTypeSymbol().parameterList())
      slots += TypeKind.from(parameter).slotSize();
    return slots;
  }
}
