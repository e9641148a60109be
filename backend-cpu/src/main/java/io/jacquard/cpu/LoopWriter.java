package io.jacquard.cpu;

import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.reflect.AccessFlag;

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

  private LoopWriter() {}

  /** An object of a new subclass of a class in this package. */
  static <T> T write(Class<T> loops) {
    return Generated.subclass(loops, loops.getSimpleName() + "Loops", type -> {
      for (var method : Generated.methods(loops)) {
        var model = method.code().orElse(null);
        if (model == null || !VectorInliner.calls(model)) continue;
        var name = method.methodName().stringValue();
        if (method.flags().has(AccessFlag.STATIC) || !method.methodTypeSymbol().returnType().equals(CD_void))
          throw new AssertionError(loops.getSimpleName() + "." + name + " is static or has a result");
        type.withMethodBody(name, method.methodTypeSymbol(), 0, code -> {
          VectorInliner.body(code, model, parameterSlots(method));
          for (int i = 0; i <= TOO_LONG_TO_INLINE; i++) code.nop();
          code.return_();
        });
      }
    });
  }

  private static int parameterSlots(MethodModel method) {
    int slots = 1; // the object itself
    for (var parameter : method.methodTypeSymbol().parameterList())
      slots += TypeKind.from(parameter).slotSize();
    return slots;
  }
}
