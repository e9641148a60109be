package io.jacquard.kernels;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.kernels.Operand.Access;
import io.jacquard.spi.Reduction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The kernels of {@code reduce}: {@code reduce_items.c}, {@code reduce_groups.c}, on CPUs {@code
 * reduce_rows.c} and {@code reduce_columns.c}, and, where a fold is cut into chunks,
 * {@code reduce_combine.c}.
 *
 * <p>Arguments of the first: results, length, length of a chunk, of COLUMNS the size of the last kept dimension; the sizes of the kept, then of the reduced dimensions, as
 * in {@link MapKernel}; the strides of row-major numbers if the program uses them; for each input its buffer, position and strides (kept,
 * then reduced); for each output its buffer, position and kept strides, or, where a fold is cut, for each output its
 * partial results and, of an argmin or argmax, the places of these, each as buffer and position; the program's parameters.
 * Arguments of the second: results, chunks, kept sizes, partial results as above, outputs as above.
 *
 * @param results the types of the outputs: where a fold gives float32, also a half
 * @param kept the number of kept dimensions, at least 1
 * @param reduced the number of reduced dimensions, at least 1
 * @param form how results are shared out
 * @param along of rows and {@link Form#COLUMNS}, for each input, whether the elements of a vector follow one
 *        another in it; if not, they are one and the same
 * @param cut whether folds are cut into chunks
 */
public record ReduceKernel(Reduction how, Program program, List<DType> results, int kept, int reduced,
    Form form, List<Boolean> along, boolean cut, boolean wide, int group) {
  /** How results are shared out. */
  public enum Form {
    /** An item for each result. */
    ITEMS,
    /** A work-group for each result. */
    GROUPS,
    /** For CPUs: an item for each result, whose elements follow one another; one reduced dimension. */
    ROWS,
    /** The same for rows of few vectors, of which one is folded at a time. */
    SHORT_ROWS,
    /** For CPUs: an item for some results that follow one another. */
    COLUMNS;

    /** Whether it is {@link #ROWS} or {@link #SHORT_ROWS}. */
    public boolean isRows() {
      return this == ROWS || this == SHORT_ROWS;
    }

    /** Whether an item drives a CPU's vectors. */
    public boolean isForCpu() {
      return isRows() || this == COLUMNS;
    }
  }

  /** Results that an item of {@link Form#COLUMNS} takes at most. */
  public static final int COLUMNS = 1024;
  /** The shortest row that is worth vectors. */
  public static final int LEAST_ROW = 16;

  /** The type of partial results of an output. */
  public static DType partialType(Reduction.Fold fold, DType output) {
    return new FoldWriter(fold, output, 0).stateType();
  }

  /** Results that an item of {@link #combine} takes. */
  public int combined() {
    return form.isForCpu() ? 64 : 1;
  }

  /** The same with other work-groups. */
  public ReduceKernel inGroupsOf(int items) {
    return new ReduceKernel(how, program, results, kept, reduced, form, along, cut, wide, items);
  }

  List<FoldWriter> folds() {
    return IntStream.range(0, program.outputs())
        .mapToObj(j -> new FoldWriter(how.fold(), program.outputType(j), j)).toList();
  }

  private Coordinates keptCoordinates() {
    return new Coordinates("k", kept, wide);
  }

  /** An input's element: r of a result, or of its lane l. */
  private String element(int i, Operand in, List<String> coordinates) {
    if (!form.isForCpu()) return in.element("", coordinates);
    // The stride of the lanes is 1 or 0, and known: then compilers see vectors.
    int lane = form.isRows() ? kept : kept - 1;
    var strided = new ArrayList<String>();
    for (int d = 0; d < coordinates.size(); d++) {
      if (d != lane) strided.add(coordinates.get(d) + " * " + in.name() + "_s" + d);
    }
    if (along.get(i)) strided.add(form.isRows() ? "r" : "(" + coordinates.get(lane) + " + l)");
    return in.name() + "[" + in.name() + "_at" + strided.stream().map(s -> " + " + s)
        .collect(Collectors.joining()) + "]";
  }

  /** The kernel that folds elements. */
  public KernelSource source() {
    var writer = new ProgramWriter(program);
    var inner = new Coordinates("r", reduced, wide);
    var coordinates = new ArrayList<>(keptCoordinates().names());
    coordinates.addAll(inner.names());
    var parameters = new StringBuilder(keptCoordinates().parameters() + inner.parameters());
    if (writer.usesIndex()) parameters.append(Operand.strides("index", Access.STRIDED, kept + reduced));
    var values = new ArrayList<String>();
    for (int i = 0; i < program.inputs().size(); i++) {
      var in = new Operand("in" + i, program.inputs().get(i), Access.STRIDED, false);
      parameters.append(in.parameters(kept + reduced));
      values.add(element(i, in, coordinates));
    }
    parameters.append(cut ? joined(f -> f.partialParameters(true)) : outputParameters())
        .append(writer.parameters());
    var results = new StringBuilder();
    var names = new ArrayList<String>();
    for (int j = 0; j < program.outputs(); j++) {
      results.append(CType.value(program.outputType(j))).append(" o").append(j).append("; ");
      names.add("o" + j);
    }
    var index = writer.usesIndex() ? Operand.position("index", Access.STRIDED, "", coordinates) : "0";
    var call = results + writer.call(index, values, names);
    var words = new HashMap<>(
        Map.of("group", Integer.toString(group), "parameters", parameters.toString(), "kept",
            keptCoordinates().declare("o"), "reduced", inner.declare("r"), "states",
            joined(FoldWriter::declare), "call",
            call, "folds", joined(f -> f.add("o" + f.output(), "r"))));
    var place = form == Form.COLUMNS ? "GROUP(1) * count + o + l" : "GROUP(1) * count + o";
    var stores = cut ? joined(f -> f.storePartial(place)) : outputStores(form == Form.COLUMNS);
    words.put("stores", form == Form.GROUPS ? joined(FoldWriter::unshare) + " " + stores : stores);
    if (form == Form.GROUPS) {
      words.put("shared", joined(f -> f.declareShared(group)));
      words.put("share", joined(FoldWriter::share));
      words.put("combine", joined(FoldWriter::combineShared));
    }
    var functions = "";
    if (form.isForCpu()) {
      var lanes = new LaneFolds(this, writer);
      lanes.fill(words, values, along, call);
      functions = lanes.functions();
    }
    return Sources.of("reduce", writer, halves(), wide,
        functions + Dialect
            .fill("reduce_" + (form.isRows() ? "rows" : form.name().toLowerCase(Locale.ROOT)) + ".c", words));
  }

  /** The kernel that folds partial results, {@link #combined} by an item. */
  public KernelSource combine() {
    int lanes = combined();
    var all = lanes == 1 ? "UNROLL for (int l = 0; l < 1; l++)" : "for (int l = 0; l < filled; l++)";
    var each = lanes == 1 ? all : "INDEPENDENT " + all;
    var words = new HashMap<>(
        Map.of("group", Integer.toString(group), "lanes", Integer.toString(lanes), "each", each, "one_by_one",
            all, "parameters",
            keptCoordinates().parameters() + joined(f -> f.partialParameters(false)) + outputParameters(),
            "kept", keptCoordinates().declare("o"), "states", joined(f -> f.declareLanes(lanes, each)),
            "folds", joined(f -> f.addPartial("part + l")), "state", joined(FoldWriter::declareAsLane)));
    words.put("stores", outputStores(false));
    boolean float64 = IntStream.range(0, program.outputs())
        .anyMatch(j -> program.outputType(j) == DType.FLOAT64);
    return Sources.of("reduce_combine", float64, halves(), wide, Dialect.fill("reduce_combine.c", words));
  }

  private String joined(java.util.function.Function<FoldWriter, String> part) {
    return folds().stream().map(part).collect(Collectors.joining(" "));
  }

  private Operand output(FoldWriter fold) {
    return new Operand("out" + fold.output(), results.get(fold.output()), Access.STRIDED, true);
  }

  private boolean halves() {
    return results.stream().anyMatch(DType::isHalf);
  }

  private String outputParameters() {
    return joined(f -> output(f).parameters(kept));
  }

  /** @param ofLane whether the result is that of lane l */
  private String outputStores(boolean ofLane) {
    var names = new ArrayList<>(keptCoordinates().names());
    if (ofLane) names.set(kept - 1, "(" + names.get(kept - 1) + " + l)");
    return joined(f -> f.store(output(f).element("", names), output(f).type(), how.accumulate()));
  }
}
