package io.jacquard.cpu;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Copies the code of {@link VectorMath}'s methods into a generated one, in place of calls.
 *
 * <p>C2 stops to inline ordinary methods once a method has grown to 18,000 nodes, which some 60 vector operations take,
 * and every vector that goes through a call that is not inlined becomes an object. The Vector API's own methods are
 * exempt. So a generated loop calls nothing else.
 */
final class VectorInliner {
  private static final String OWNER = VectorMath.class.getName().replace('.', '/');
  /** Methods with loops of their own, which are rare paths and stay calls. */
  private static final Set<String> CALLED = Set.of("pow", "sinOfLarge");
  /** The methods of VectorMath by name and descriptor; read once. */
  private static final Map<String, MethodModel> METHODS = methods();

  private VectorInliner() {}

  private static Map<String, MethodModel> methods() {
    var all = new HashMap<String, MethodModel>();
    for (var method : Generated.methods(VectorMath.class))
      all.put(method.methodName().stringValue() + method.methodType().stringValue(), method);
    return all;
  }

  /** Writes what {@code VectorMath.name} does to the arguments on the stack. */
  static void call(CodeBuilder code, String name, MethodTypeDesc type) {
    var method = METHODS.get(name + type.descriptorString());
    if (method == null)
      throw new IllegalArgumentException("VectorMath has no " + name + type.displayDescriptor());
    if (CALLED.contains(name)) {
      code.invokestatic(Generated.desc(VectorMath.class), name, type);
      return;
    }
    var model = method.code().orElseThrow();
    int[] slots = popArguments(code, type, locals(model));
    copy(code, model, slots);
  }

  /** Whether a method has calls that {@link #body} would replace. */
  static boolean calls(CodeModel model) {
    for (var element : model) {
      if (element instanceof InvokeInstruction invoke && isCopied(invoke)) return true;
    }
    return false;
  }

  /** Writes what a method without result does, whose parameters are those of the method that is written. */
  static void body(CodeBuilder code, CodeModel model, int parameterSlots) {
    var slots = new int[Math.max(locals(model), parameterSlots)];
    for (int i = 0; i < slots.length; i++)
      slots[i] = i < parameterSlots ? i : code.allocateLocal(TypeKind.REFERENCE);
    copy(code, model, slots);
    code.return_();
  }

  private static boolean isCopied(InvokeInstruction invoke) {
    return invoke.owner().asInternalName().equals(OWNER);
  }

  private static int locals(CodeModel model) {
    int most = 0;
    for (var element : model) {
      if (element instanceof LoadInstruction load) most = Math.max(most, load.slot() + 2);
      if (element instanceof StoreInstruction store) most = Math.max(most, store.slot() + 2);
    }
    return most;
  }

  /** Moves the arguments to fresh locals; the result maps the method's slots to them. */
  private static int[] popArguments(CodeBuilder code, MethodTypeDesc type, int locals) {
    int argumentSlots = type.parameterList().stream().mapToInt(p -> TypeKind.from(p).slotSize()).sum();
    var slots = new int[Math.max(locals, argumentSlots)];
    for (int i = 0; i < slots.length; i++) slots[i] = code.allocateLocal(TypeKind.REFERENCE);
    int slot = argumentSlots;
    for (int i = type.parameterCount() - 1; i >= 0; i--) {
      var kind = TypeKind.from(type.parameterType(i));
      slot -= kind.slotSize();
      code.storeLocal(kind, slots[slot]);
    }
    return slots;
  }

  private static void copy(CodeBuilder code, CodeModel model, int[] slots) {
    var labels = new HashMap<Label, Label>();
    var end = code.newLabel();
    for (var element : model) {
      switch (element) {
        case LoadInstruction load -> code.loadLocal(load.typeKind(), slots[load.slot()]);
        case StoreInstruction store -> code.storeLocal(store.typeKind(), slots[store.slot()]);
        case IncrementInstruction increment -> code.iinc(slots[increment.slot()], increment.constant());
        case LabelTarget target ->
          code.labelBinding(labels.computeIfAbsent(target.label(), _ -> code.newLabel()));
        case BranchInstruction branch ->
          code.branch(branch.opcode(), labels.computeIfAbsent(branch.target(), _ -> code.newLabel()));
        case ReturnInstruction _ -> code.goto_(end);
        case InvokeInstruction invoke when isCopied(invoke) ->
          call(code, invoke.name().stringValue(), invoke.typeSymbol());
        case Instruction other -> code.with(other);
        default -> {
          // line numbers and the like
        }
      }
    }
    code.labelBinding(end);
  }
}
