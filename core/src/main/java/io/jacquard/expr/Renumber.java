package io.jacquard.expr;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Rewrites a program so that it takes only some of its inputs. */
final class Renumber {
  private Renumber() {}

  /** The program on the inputs {@code kept} (ascending), which must include all that it uses. */
  static Program inputs(Program program, int[] kept) {
    var types = IntStream.of(kept).mapToObj(i -> program.inputs().get(i)).toList();
    var nodes = program.nodes().stream().map(node -> switch (node) {
      case Node.Input(int index, var type) -> (Node) new Node.Input(Arrays.binarySearch(kept, index), type);
      case Node.Uniform(int seed, int draw, int offset) ->
        new Node.Uniform(seed, Arrays.binarySearch(kept, draw), offset);
      default -> node;
    }).toList();
    var outputs = IntStream.range(0, program.outputs()).map(program::output).toArray();
    return Program.intern(types, program.params(), nodes, outputs);
  }
}
