package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.kernels.Operand.Access;
import io.jacquard.ops.RecurrentCell;
import io.jacquard.ops.RecurrentMaps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The kernels of recurrent layers: {@code recurrence_tiled.c} and, for CPUs, {@code recurrence_vectors.c}. Their programs are
 * those of {@link RecurrentMaps}.
 *
 * <p>Arguments: steps, samples, hidden, the passes from and to, whether the steps are taken from the last to the first. Then
 * W_hh as buffer, position and the strides of its depth and of gates. Then operands, each as buffer, position and strides, but
 * for the last one if {@code unit}; those marked * are contiguous and have none. Forward h0, c0 of an LSTM, the gates*, h*, c*
 * of an LSTM, both biases. Backward the gradient of the gates*, of a GRU that of b_n*, of h0*, of an LSTM's c0*; those of h
 * and, with {@code cellGradient}, of c; h (not of an LSTM), c of an LSTM, the gates that were saved, h0 of a GRU, c0 of an
 * LSTM. Last the lengths, if there are any.
 *
 * @param bias whether there are biases; forward only
 * @param cellGradient whether a gradient of c arrived; backward only
 * @param unit whether numbers of the state lie side by side in all operands
 * @param vectors whether an item drives a CPU's whole SIMD unit
 * @param wide whether positions have 64 bits
 */
public record RecurrentKernel(DType type, RecurrentCell cell, boolean backward, boolean bias,
    boolean cellGradient, boolean lengths, boolean unit, boolean vectors, boolean wide, int group) {
  /** Sums that an item of a CPU keeps in registers, in vectors. */
  private static final int SUMS = 16;
  private static final int MOST_ROWS = 8;

  /** Samples that an item computes: as many as registers hold. */
  public int rows() {
    if (vectors) return Math.min(MOST_ROWS, SUMS / sums());
    boolean much = type == DType.FLOAT64 || backward && cell.hasCellState();
    return much ? MOST_ROWS / 2 : MOST_ROWS;
  }

  /** Units in a vector of a CPU, to which W_hh is filled up. */
  public static int lanes(DType type) {
    return Vectors.lanes(type);
  }

  private int sums() {
    return backward ? 1 : cell.gates();
  }

  private boolean isGru() {
    return cell == RecurrentCell.GRU;
  }

  private Program program() {
    var maps = RecurrentMaps.of(type);
    if (!backward) return Objects.requireNonNull(maps.forward().get(cell));
    return cell.hasCellState() && !cellGradient ? maps.withoutCell()
        : Objects.requireNonNull(maps.backward().get(cell));
  }

  public KernelSource source() {
    var words = new HashMap<String, String>();
    words.put("parameters", backward ? backwardOperands() : forwardOperands());
    words.put("group", Integer.toString(group));
    words.put("rows", Integer.toString(rows()));
    words.put("depth", "32");
    words.put("sums", Integer.toString(sums()));
    words.put("gates", Integer.toString(cell.gates()));
    words.put("parts", Integer.toString(Math.max(1, cell.parts())));
    words.put("source_parts", backward && isGru() ? "2" : "1");
    words.put("depth_gates", isGru() ? "2" : Integer.toString(cell.gates()));
    words.put("second_part", isGru() ? "part == 0 ? (GLOBAL const REAL*)da : (GLOBAL const REAL*)last"
        : "(GLOBAL const REAL*)da");
    words.put("last_at", isGru() ? "last_at" : "0");
    words.put("backward", backward ? "1" : "0");
    words.put("lengths", lengths ? "1" : "0");
    words.put("lstm", cell.hasCellState() ? "1" : "0");
    words.put("gru", isGru() ? "1" : "0");
    words.put("taken", lengths ? "(i64)t < lengths[lengths_at + n * lengths_s0]" : "1");
    words.put("carried", isGru() || lengths ? " + dh0[dh0_at + first]" : "");
    words.put("sum", sum(0));
    words.put("h0_s1", unit ? "1" : "h0_s1");
    words.put("c0_s1", unit ? "1" : "c0_s1");
    var writer = new ProgramWriter(program());
    if (backward) backward(writer, words);
    else forward(writer, words);
    words.put("pass", Dialect.fill("recurrence_pass.h", words));
    words.put("source", Dialect.fill("recurrence_source.h", words));
    words.put("cell", Dialect.fill("recurrence_cell.h", words));
    var text = vectors ? Vectors.text(type) + Dialect.fill("recurrence_vectors.c", words)
        : Dialect.fill("recurrence_tiled.c", words);
    return Sources.of("recurrence", writer, wide, text);
  }

  // ---- operands

  private String contiguous(String name) {
    return new Operand(name, type, Access.CONTIGUOUS, true).parameters(0);
  }

  private String strided(String name, int rank) {
    return new Operand(name, type, Access.STRIDED, false).parameters(unit ? rank - 1 : rank);
  }

  private String weight() {
    return new Operand("weight", type, Access.CONTIGUOUS, false).parameters(0)
        + ", idx weight_depth, idx weight_gate";
  }

  private String lengthsOperand() {
    return lengths ? new Operand("lengths", DType.INT64, Access.STRIDED, false).parameters(1) : "";
  }

  private String forwardOperands() {
    boolean second = cell.hasCellState();
    return weight() + strided("h0", 2) + (second ? strided("c0", 2) : "") + contiguous("a")
        + contiguous("h") + (second ? contiguous("c") : "")
        + (bias ? strided("bias_ih", 1) + strided("bias_hh", 1) : "") + lengthsOperand();
  }

  private String backwardOperands() {
    boolean second = cell.hasCellState();
    return weight() + contiguous("da") + (isGru() ? contiguous("last") : "") + contiguous("dh0")
        + (second ? contiguous("dc0") : "") + strided("dh", 3) + (cellGradient ? strided("dc", 3) : "")
        + (second ? strided("c", 3) : strided("h", 3)) + (cell.parts() > 0 ? strided("gates", 3) : "")
        + (isGru() ? strided("h0", 2) : "") + (second ? strided("c0", 2) : "") + lengthsOperand();
  }

  private String sum(int gate) {
    return "sum[i][" + gate + "]" + (vectors ? "[l]" : "");
  }

  // ---- what the cell computes

  private String bias(String which, int gate) {
    if (!bias) return "";
    var place = "(" + gate + " * hidden + unit)" + (unit ? "" : " * bias_" + which + "_s0");
    return " + bias_" + which + "[bias_" + which + "_at + " + place + "]";
  }

  private void forward(ProgramWriter writer, Map<String, String> words) {
    var inputs = new ArrayList<String>();
    int whole = isGru() ? 2 : cell.gates();
    for (int g = 0; g < whole; g++)
      inputs.add("a[of_gates + " + g + " * hidden] + " + sum(g) + bias("ih", g) + bias("hh", g));
    if (isGru()) {
      inputs.add("a[of_gates + 2 * hidden]" + bias("ih", 2));
      inputs.add("of_state");
      inputs.add("old");
    }
    if (cell.hasCellState()) inputs.add("old_c");
    var outputs = switch (cell) {
      case RNN_TANH, RNN_RELU -> List.of("new_h");
      case LSTM -> List.of("o0", "o1", "o2", "o3", "new_c", "new_h");
      case GRU -> List.of("o0", "o1", "o2", "new_h");
    };
    var stores = new StringBuilder();
    for (var output : outputs) {
      if (output.startsWith("o"))
        stores.append("a[of_gates + ").append(output.substring(1)).append(" * hidden] = ").append(output)
            .append("; ");
    }
    if (isGru()) stores.append("a[of_gates + 3 * hidden] = of_state;");
    words.put("results", "REAL " + String.join(", ", outputs) + ";"
        + (isGru() ? " REAL of_state = " + sum(2) + bias("hh", 2) + ";" : ""));
    words.put("call", writer.call("0", inputs, outputs));
    words.put("stores", stores.toString());
    for (var unused : List.of("past", "dh", "arrived_c", "c_before", "h_before")) words.put(unused, "0");
  }

  /** An element of an operand [steps, samples, hidden or parts of it] at a time. */
  private String at(String name, String time, String part) {
    return name + "[" + name + "_at + " + time + " * " + name + "_s0 + n * " + name + "_s1 + " + part
        + (unit ? "" : " * " + name + "_s2") + "]";
  }

  private void backward(ProgramWriter writer, Map<String, String> words) {
    var dh = at("dh", "t", "unit");
    var inputs = new ArrayList<String>(List.of(dh, "of_later"));
    if (cellGradient) inputs.add(at("dc", "t", "unit"));
    if (cell.hasCellState()) inputs.add("of_later_c");
    for (int k = 0; k < cell.parts(); k++) inputs.add(at("gates", "t", "(" + k + " * hidden + unit)"));
    switch (cell) {
      case RNN_TANH, RNN_RELU -> inputs.add(at("h", "t", "unit"));
      case LSTM -> inputs.addAll(List.of(at("c", "t", "unit"), "old_c"));
      case GRU -> inputs.add("old");
    }
    var outputs = switch (cell) {
      case RNN_TANH, RNN_RELU -> List.of("o0");
      case LSTM -> List.of("o0", "o1", "o2", "o3", "new_c");
      case GRU -> List.of("o0", "o1", "o2", "of_last", "passed");
    };
    var stores = new StringBuilder();
    for (int g = 0; g < cell.gates(); g++)
      stores.append("da[of_gates + ").append(g).append(" * hidden] = ").append(taken("o" + g)).append("; ");
    if (isGru())
      stores.append("last[last_at + ((i64)t * samples + n) * hidden + unit] = ").append(taken("of_last"))
          .append(";");
    words.put("results", "REAL " + String.join(", ", outputs) + ";");
    words.put("call", writer.call("0", inputs, outputs));
    words.put("stores", stores.toString());
    words.put("past", isGru() ? "passed" : "0");
    words.put("dh", dh);
    words.put("arrived_c", cellGradient ? at("dc", "t", "unit") : "0");
    words.put("c_before", at("c", "before", "unit"));
    words.put("h_before", at("h", "before", "unit"));
  }

  private String taken(String value) {
    return lengths ? "taken ? " + value + " : 0" : value;
  }
}
