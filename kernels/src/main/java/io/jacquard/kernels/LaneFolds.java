package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.kernels.ReduceKernel.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What fills {@code reduce_rows.c} and {@code reduce_columns.c}, the forms of {@link ReduceKernel} for CPUs: with vectors of {@code
 * vectors.h} where these can compute the program and fold it, and otherwise with loops over lanes, of which a compiler may make vectors.
 */
final class LaneFolds {
  private final ReduceKernel kernel;
  private final ProgramWriter program;
  /** Null without vectors. */
  private final @Nullable DType vectors;

  LaneFolds(ReduceKernel kernel, ProgramWriter program) {
    this.kernel = kernel;
    this.program = program;
    var type = program.vectorType();
    boolean has = type != null && VectorFold.has(kernel.how().fold(), type, kernel.wide())
        && !(kernel.form() == Form.COLUMNS && kernel.how().fold().isArg());
    vectors = has ? type : null;
  }

  /** Elements that an item takes at once along memory. */
  private int lanes() {
    if (kernel.form() == Form.COLUMNS) return ReduceKernel.COLUMNS;
    return vectors == null ? ReduceKernel.LEAST_ROW : steps() * width();
  }

  private int width() {
    return vectors == null ? 1 : Vectors.lanes(vectors);
  }

  /** Vectors, or lanes, of an item of rows: several, as each waits for its last sum. */
  private int steps() {
    if (vectors == null) return ReduceKernel.LEAST_ROW;
    return kernel.form() == Form.SHORT_ROWS ? 1 : 4;
  }

  /** What stands before the kernel. */
  String functions() {
    return vectors == null ? "" : Vectors.text(vectors) + program.vectorFunction();
  }

  /**
   * Adds the words.
   *
   * @param inputs element r, or that of column l, of each input, and whether elements of a vector follow one another in it
   * @param call the call of the program for one element
   */
  void fill(Map<String, String> words, List<String> inputs, List<Boolean> along, String call) {
    int lanes = lanes();
    words.put("lanes", Integer.toString(lanes));
    words.put("width", Integer.toString(width()));
    words.put("lane_state", scalar(FoldWriter::declareAsLane));
    var vectorCall = vectors == null ? "" : vectorCall(inputs, along);
    if (kernel.form() == Form.COLUMNS) {
      words.put("lane_states",
          scalar(f -> f.declareLanes(lanes, "INDEPENDENT for (int l = 0; l < filled; l++)")));
      words.put("scalar_folds", scalar(f -> f.addToLane("o" + f.output(), "r")));
      words.put("rest", vectors == null ? "0" : "whole");
      words.put("independent", vectors == null ? "INDEPENDENT" : "");
      words.put("vectors", vectors == null ? "" : "for (int l = 0; l < whole; l += LANES) { " + vectorCall
          + vector(VectorFold::addToLanes) + " }");
      return;
    }
    words.put("steps", Integer.toString(steps()));
    if (vectors == null) {
      var add = scalar(f -> f.addToLane("o" + f.output(), "r"));
      words.put("lane_states",
          scalar(f -> f.declareLanes(lanes, "UNROLL for (int l = 0; l < " + lanes + "; l++)")));
      words.put("lane_call", call);
      words.put("lane_folds", add);
      words.put("rest",
          "UNROLL for (int l = 0; l < " + lanes + "; l++) { idx r = start + l; if (r < to) { " + call
              + " " + add + " } }");
      words.put("lane_combines", scalar(FoldWriter::combineLanes));
      words.put("last", "");
      return;
    }
    var add = vector(f -> f.add("(int)r"));
    words.put("lane_states", vector(f -> f.declare(steps(), "(int)from")));
    words.put("lane_call", vectorCall);
    words.put("lane_folds", add);
    words.put("rest",
        "for (; to - start >= LANES; start += LANES) { const int l = 0; idx r = start; " + vectorCall
            + add + " }");
    words.put("lane_combines", vector(VectorFold::combine));
    words.put("lane_state", vector(f -> f.lanes("start > from")));
    words.put("last", "for (idx r = start; r < to; r++) { " + call + " "
        + scalar(f -> f.add("o" + f.output(), "r")) + " }");
  }

  /** The declarations of {@code o0} and so on, and the call that gives them their values. */
  private String vectorCall(List<String> inputs, List<Boolean> along) {
    var values = new ArrayList<String>();
    for (int i = 0; i < inputs.size(); i++) {
      var element = inputs.get(i); // in0[place]
      int bracket = element.indexOf('[');
      values.add(along.get(i)
          ? "vec_load(" + element.substring(0, bracket) + ", "
              + element.substring(bracket + 1, element.length() - 1) + ")"
          : "vec_of(" + element + ")");
    }
    var names = IntStream.range(0, kernel.program().outputs()).mapToObj(j -> "o" + j).toList();
    return "vec " + String.join(", ", names) + "; " + program.vectorCall(values, names) + " ";
  }

  private String scalar(Function<FoldWriter, String> part) {
    return kernel.folds().stream().map(part).collect(Collectors.joining(" "));
  }

  private String vector(Function<VectorFold, String> part) {
    return kernel.folds().stream().map(f -> part.apply(new VectorFold(f.fold(), f.type(), f.output())))
        .collect(Collectors.joining(" "));
  }
}
