package io.jacquard.expr;

import io.jacquard.DType;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is computed for each element: values in static single assignment form, every one with its type.
 *
 * <pre>{@code
 * var axpy = Program.of(in -> in[0].mul(2).add(in[1]), DType.FLOAT32, DType.FLOAT32);
 * System.out.println(axpy);
 * }</pre>
 *
 * <p>Programs are interned: two that compute the same are the same object (while it is in use), so a backend may keep
 * what it compiled by identity. Nodes stand in an order in which arguments come first, and every node is used.
 */
public final class Program {
  /** All programs in use, so that equal ones are identical. Weak, since users may build programs without end. */
  private static final WeakHashMap<Program, WeakReference<Program>> INTERNED = new WeakHashMap<>();

  private final List<DType> inputs;
  private final int params;
  private final List<Node> nodes;
  private final int[] outputs;
  private final int hash;
  /** Made when it is first asked for. */
  private @Nullable Program unrounded;

  private Program(List<DType> inputs, int params, List<Node> nodes, int[] outputs) {
    this.inputs = inputs;
    this.params = params;
    this.nodes = nodes;
    this.outputs = outputs;
    hash = 31 * (31 * inputs.hashCode() + nodes.hashCode()) + Arrays.hashCode(outputs) + params;
  }

  /** Runs {@code body} once, on one placeholder for each input type, and returns the program of its one result. */
  public static Program of(Function<Scalar[], Scalar> body, DType... inputs) {
    var trace = new Trace(List.of(inputs));
    return trace.program(body.apply(trace.inputs()));
  }

  /** As {@link #of}, for a body with several results. */
  public static Program ofAll(Function<Scalar[], Scalar[]> body, DType... inputs) {
    var trace = new Trace(List.of(inputs));
    return trace.program(body.apply(trace.inputs()));
  }

  static Program intern(List<DType> inputs, int params, List<Node> nodes, int[] outputs) {
    var program = new Program(List.copyOf(inputs), params, List.copyOf(nodes), outputs);
    synchronized (INTERNED) {
      var known = INTERNED.get(program);
      var same = known == null ? null : known.get();
      if (same != null) return same;
      INTERNED.put(program, new WeakReference<>(program));
      return program;
    }
  }

  /** The types of the inputs; an input may be unused. */
  public List<DType> inputs() {
    return inputs;
  }

  /** The number of parameters. */
  public int params() {
    return params;
  }

  public List<Node> nodes() {
    return nodes;
  }

  public Node node(int number) {
    return nodes.get(number);
  }

  /** The number of outputs. */
  public int outputs() {
    return outputs.length;
  }

  /** The node that is output {@code j}. */
  public int output(int j) {
    return outputs[j];
  }

  /** The type of output {@code j}. */
  public DType outputType(int j) {
    return nodes.get(outputs[j]).type();
  }

  /** This program with its outputs in the type in which they are computed: those of a half type as float32. */
  public Program unrounded() {
    var known = unrounded;
    if (known == null) unrounded = known = makeUnrounded();
    return known;
  }

  private Program makeUnrounded() {
    if (IntStream.range(0, outputs.length).noneMatch(j -> outputType(j).isHalf())) return this;
    var trace = new Trace(inputs);
    var copies = trace.inline(this, trace.inputs(), Map.of());
    return trace.program(Arrays.stream(outputs).mapToObj(o -> {
      if (node(o) instanceof Node.Cast(var type, int of) && type.isHalf()) return copies[of];
      return copies[o].to(node(o).type().computeType());
    }).toArray(Scalar[]::new));
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Program that && hash == that.hash && params == that.params
        && inputs.equals(that.inputs) && nodes.equals(that.nodes) && Arrays.equals(outputs, that.outputs);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** One line a node, then the outputs; stable, so that it may serve as a key on disk. */
  @Override
  public String toString() {
    var text = new StringBuilder("inputs " + inputs + " params " + params + "\n");
    for (int i = 0; i < nodes.size(); i++) {
      text.append('%').append(i).append(" = ").append(describe(nodes.get(i))).append('\n');
    }
    return text.append("outputs ").append(Arrays.toString(outputs)).toString();
  }

  private static String describe(Node node) {
    return switch (node) {
      case Node.Input(int index, var type) -> type + " input " + index;
      case Node.Param(int index, var type) -> type + " param " + index;
      case Node.Const(var type, long bits) ->
        type + " const " + Long.toHexString(bits) + " (" + type.value(bits) + ")";
      case Node.Index() -> "int64 index";
      case Node.Uniform(int seed, int draw, int offset) ->
        "float32 uniform seed param " + seed + " draw input " + draw + " offset param " + offset;
      case Node.Cast(var type, int of) -> type + " cast %" + of;
      case Node.Apply apply -> {
        var text = new StringBuilder(apply.type() + " " + apply.op());
        for (int i = 0; i < apply.op().arity(); i++) text.append(" %").append(apply.arg(i));
        yield text.toString();
      }
    };
  }
}
