package io.jacquard.kernels;

import io.jacquard.expr.Program;
import io.jacquard.kernels.Operand.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The kernel of {@code map} ({@code map.c}) for a program and the accesses of its operands.
 *
 * <p>Its arguments: the number of elements; for each dimension but the first its size, multiplier and shift (positions of
 * 64 bits: only the size); the strides of the elements' row-major numbers if the program uses them ({@link #usesIndex}) and the
 * access is strided; for each input, then for each output, its buffer, the position of its first element and, if
 * strided, its strides; the program's parameters, as raw bits.
 */
public final class MapKernel {
  private MapKernel() {}

  /** Whether the program depends on an element's row-major number. */
  public static boolean usesIndex(Program program) {
    return new ProgramWriter(program).usesIndex();
  }

  /**
   * The kernel for operands that are contiguous, or one element for all where {@code scalar} says so.
   *
   * @param scalar for each input
   */
  public static KernelSource flat(Program program, boolean[] scalar, boolean wide, int group) {
    var accesses = new Access[scalar.length];
    for (int i = 0; i < accesses.length; i++) accesses[i] = scalar[i] ? Access.SCALAR : Access.CONTIGUOUS;
    return of(program, accesses, Access.CONTIGUOUS, 1, wide, group);
  }

  /** The kernel for operands that lie anyhow, in {@code rank} dimensions. */
  public static KernelSource strided(Program program, int rank, boolean wide, int group) {
    var accesses = new Access[program.inputs().size()];
    java.util.Arrays.fill(accesses, Access.STRIDED);
    return of(program, accesses, Access.STRIDED, rank, wide, group);
  }

  private static KernelSource of(Program program, Access[] inputs, Access rest, int rank, boolean wide,
      int group) {
    var writer = new ProgramWriter(program);
    var coordinates = new Coordinates("c", rank, wide);
    boolean strided = rest == Access.STRIDED;
    var parameters = new StringBuilder(strided ? coordinates.parameters() : "");
    if (writer.usesIndex()) parameters.append(Operand.strides("index", rest, rank));
    var values = new ArrayList<String>();
    for (int i = 0; i < inputs.length; i++) {
      var in = new Operand("in" + i, program.inputs().get(i), inputs[i], false);
      parameters.append(in.parameters(rank));
      values.add(in.element("i", coordinates.names()));
    }
    var results = new StringBuilder();
    var stores = new StringBuilder();
    var names = new ArrayList<String>();
    for (int j = 0; j < program.outputs(); j++) {
      var out = new Operand("out" + j, program.outputType(j), rest, true);
      parameters.append(out.parameters(rank));
      names.add("o" + j);
      results.append(CType.value(out.type())).append(" o").append(j).append("; ");
      stores.append(out.element("i", coordinates.names())).append(" = o").append(j).append("; ");
    }
    parameters.append(writer.parameters());
    var index = writer.usesIndex() ? Operand.position("index", rest, "i", coordinates.names()) : "0";
    var kernel = Dialect.fill("map.c",
        Map.of("group", Integer.toString(group), "parameters", parameters.toString(),
            "coordinates", strided ? coordinates.declare("i") : "", "results", results.toString(), "call",
            writer.call(index, List.copyOf(values), names), "stores", stores.toString()));
    return Sources.of("map", writer, wide, kernel);
  }

  /**
   * The kernel for CPUs ({@code map_runs.c}) for operands whose elements along the last of {@code rank} dimensions follow one
   * another. Its arguments are those of {@link #strided}, with the size of that dimension after the number of elements. The
   * program must not use the elements' numbers.
   *
   * @param along for each input, whether that is so; if not, the elements along it are one and the same
   */
  public static KernelSource runs(Program program, List<Boolean> along, int rank, boolean wide, int group) {
    var writer = new ProgramWriter(program);
    var coordinates = new Coordinates("c", rank, wide);
    var parameters = new StringBuilder(coordinates.parameters());
    var values = new ArrayList<String>();
    for (int i = 0; i < along.size(); i++) {
      var in = new Operand("in" + i, program.inputs().get(i), Access.STRIDED, false);
      parameters.append(in.parameters(rank));
      values.add(inRun(in, along.get(i), rank));
    }
    var results = new StringBuilder();
    var stores = new StringBuilder();
    var names = new ArrayList<String>();
    for (int j = 0; j < program.outputs(); j++) {
      var out = new Operand("out" + j, program.outputType(j), Access.STRIDED, true);
      var value = CType.value(out.type());
      parameters.append(out.parameters(rank));
      names.add("o" + j);
      results.append(value).append(" o").append(j).append("; ");
      stores.append(inRun(out, true, rank)).append(" = o").append(j).append("; ");
    }
    parameters.append(writer.parameters());
    var words = Map.of("group", Integer.toString(group), "parameters", parameters.toString(), "coordinates",
        coordinates.declare("i"), "run", Integer.toString(RUN),
        "results", results.toString(), "call",
        writer.call("0", List.copyOf(values), names), "stores", stores.toString());
    return Sources.of("map", writer, wide, Dialect.fill("map_runs.c", words));
  }

  /** The longest run of an item of {@link #runs}. */
  public static final int RUN = 1024;

  private static String inRun(Operand operand, boolean along, int rank) {
    var names = new Coordinates("c", rank, true).names().subList(0, rank - 1);
    return operand.name() + "[" + operand.name() + "_at + " + Operand.sum(operand.name(), names, 0)
        + (along ? " + at" : "") + "]";
  }
}
