package io.jacquard.expr;

import io.jacquard.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program in the making. Every value is entered once: asking for the same operation on the same arguments again gives
 * the same value, so common subexpressions are shared from the start.
 *
 * <pre>{@code
 * var trace = new Trace(List.of(DType.FLOAT32));
 * var scaled = trace.input(0).mul(trace.param(0, DType.FLOAT32));
 * var program = trace.program(scaled);
 * }</pre>
 *
 * <p>Of the halves (bfloat16, float16) a program knows three things: inputs, casts from and to float32, outputs. A
 * {@link Scalar} of such a type stands for a float32 value that is rounded when it becomes an output. So whatever a
 * lambda computes is rounded once, and the common cast to read an input is entered here.
 */
public final class Trace {
  private final List<DType> inputs;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Scalar> scalars = new ArrayList<>();
  private final Map<Node, Integer> known = new HashMap<>();
  private int params;

  public Trace(List<DType> inputs) {
    this.inputs = List.copyOf(inputs);
  }

  /** A placeholder for each input. */
  public Scalar[] inputs() {
    var all = new Scalar[inputs.size()];
    for (int i = 0; i < all.length; i++) all[i] = input(i);
    return all;
  }

  public Scalar input(int index) {
    return enter(new Node.Input(index, inputs.get(index)));
  }

  /** A value that is given with each call, as raw bits; beside a half it is a float32, and not rounded. */
  public Scalar param(int index, DType type) {
    params = Math.max(params, index + 1);
    return as(type, number(new Node.Param(index, type.computeType())));
  }

  /** A constant; beside a half it is a float32, and not rounded. */
  public Scalar constant(DType type, double value) {
    var computed = type.computeType();
    return as(type, number(new Node.Const(computed, computed.bits(value))));
  }

  /** The element's row-major position in the output, int64. */
  public Scalar index() {
    return enter(new Node.Index());
  }

  /** See {@link Node.Uniform}: a random float32 in [0, 1) for each element. */
  public Scalar uniform(int seedParam, int drawInput, int offsetParam) {
    if (inputs.get(drawInput) != DType.INT64) throw new IllegalArgumentException("a draw base is int64");
    params = Math.max(params, Math.max(seedParam, offsetParam) + 1);
    return enter(new Node.Uniform(seedParam, drawInput, offsetParam));
  }

  Scalar enter(Node node) {
    int id = number(node);
    return node.type().isHalf()
        ? as(node.type(), number(new Node.Cast(DType.FLOAT32, id)))
        : scalars.get(id);
  }

  private int number(Node node) {
    var id = known.get(node);
    if (id != null) return id;
    known.put(node, nodes.size());
    scalars.add(new Scalar(this, nodes.size(), node.type()));
    nodes.add(node);
    return nodes.size() - 1;
  }

  /** The value of a node as one of {@code type}; of a half type, the node is the float32 that stands for it. */
  Scalar as(DType type, int id) {
    return type.isHalf() ? new Scalar(this, id, type) : scalars.get(id);
  }

  /** A float32 value rounded to a half type. */
  Scalar rounded(DType half, int id) {
    return nodes.get(id) instanceof Node.Cast(_, int of) && nodes.get(of).type() == half
        ? as(half, id)
        : enter(new Node.Cast(half, id));
  }

  Node node(int id) {
    return nodes.get(id);
  }

  /**
   * Copies another program's values into this trace, given what stands for its inputs; one Scalar for each node.
   *
   * @param known for some nodes, a value of this trace that is to be read in the node's place
   */
  Scalar[] inline(Program program, Scalar[] args, Map<Integer, Scalar> known) {
    var copies = new Scalar[program.nodes().size()];
    for (int i = 0; i < copies.length; i++) {
      var instead = known.get(i);
      copies[i] = instead != null ? instead : switch (program.node(i)) {
        case Node.Input(int index, _) -> args[index];
        case Node.Param(int index, var type) -> param(index, type);
        case Node.Uniform(int seed, int draw, int offset) -> uniform(seed, drawInput(args[draw]), offset);
        case Node.Cast(var type, int of) -> copies[of].to(type);
        case Node.Apply(var op, var type, int a, int b, int c) ->
          enter(new Node.Apply(op, type, copies[a].id(), b < 0 ? -1 : copies[b].id(),
              c < 0 ? -1 : copies[c].id()));
        case Node.Const constant -> enter(constant);
        case Node.Index index -> enter(index);
      };
    }
    return copies;
  }

  private int drawInput(Scalar of) {
    if (node(of.id()) instanceof Node.Input(int index, _)) return index;
    throw new IllegalArgumentException("a draw base must be an input");
  }

  /** The finished program: what the outputs do not need is dropped, and sums of products become fused. */
  public Program program(Scalar... outputs) {
    for (var output : outputs) {
      if (output.trace() != this)
        throw new IllegalArgumentException("a Scalar of another trace was returned");
    }
    var ids = new int[outputs.length];
    for (int j = 0; j < ids.length; j++) ids[j] = stored(outputs[j]);
    return compact(contract(ids), ids);
  }

  /** The node that is an output: of a half, the rounded value, or what it was read from. */
  private int stored(Scalar output) {
    var type = output.type();
    if (!type.isHalf()) return output.id();
    return nodes.get(output.id()) instanceof Node.Cast(_, int of) && nodes.get(of).type() == type
        ? of
        : number(new Node.Cast(type, output.id()));
  }

  /** a*b + c becomes FMA where the product is used nowhere else; the left summand is tried first. */
  private List<Node> contract(int[] outputs) {
    var uses = countUses(outputs);
    var contracted = new ArrayList<>(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      if (!(nodes.get(i) instanceof Node.Apply(var op, var type, int a, int b, _)) || op != ScalarOp.ADD
          || !type.isFloating()) {
        continue;
      }
      if (isProduct(a) && uses[a] == 1) {
        contracted.set(i, fma(type, a, b));
      } else if (isProduct(b) && uses[b] == 1) {
        contracted.set(i, fma(type, b, a));
      }
    }
    return contracted;
  }

  private boolean isProduct(int id) {
    return nodes.get(id) instanceof Node.Apply apply && apply.op() == ScalarOp.MUL;
  }

  private Node fma(DType type, int product, int summand) {
    var mul = (Node.Apply) nodes.get(product);
    return new Node.Apply(ScalarOp.FMA, type, mul.a(), mul.b(), summand);
  }

  private int[] countUses(int[] outputs) {
    var live = live(nodes, outputs);
    var uses = new int[nodes.size()];
    for (int i = 0; i < uses.length; i++) {
      if (live[i])
        for (int arg : args(nodes.get(i))) uses[arg]++;
    }
    for (int output : outputs)
      uses[output] += 2; // an output must stay, whoever else uses it
    return uses;
  }

  private static boolean[] live(List<Node> nodes, int[] outputs) {
    var live = new boolean[nodes.size()];
    for (int output : outputs) live[output] = true;
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (live[i])
        for (int arg : args(nodes.get(i))) live[arg] = true;
    }
    return live;
  }

  private static int[] args(Node node) {
    return switch (node) {
      case Node.Cast cast -> new int[]{cast.of()};
      case Node.Apply apply -> switch (apply.op().arity()) {
        case 1 -> new int[]{apply.a()};
        case 2 -> new int[]{apply.a(), apply.b()};
        default -> new int[]{apply.a(), apply.b(), apply.c()};
      };
      default -> new int[0];
    };
  }

  private Program compact(List<Node> all, int[] outputs) {
    var live = live(all, outputs);
    var number = new int[all.size()];
    Arrays.fill(number, -1);
    var kept = new ArrayList<Node>();
    for (int i = 0; i < all.size(); i++) {
      if (!live[i]) continue;
      number[i] = kept.size();
      kept.add(switch (all.get(i)) {
        case Node.Cast(var type, int of) -> new Node.Cast(type, number[of]);
        case Node.Apply(var op, var type, int a, int b, int c) ->
          new Node.Apply(op, type, number[a], b < 0 ? -1 : number[b], c < 0 ? -1 : number[c]);
        case Node other -> other;
      });
    }
    var results = new int[outputs.length];
    for (int j = 0; j < results.length; j++) results[j] = number[outputs[j]];
    return Program.intern(inputs, params, kept, results);
  }
}
