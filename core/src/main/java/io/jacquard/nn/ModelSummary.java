package io.jacquard.nn;

import io.jacquard.Shape;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.tensor.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a model consists of, and what it costs: its layers in the order of their calls, the shapes they give, their
 * parameters, their multiplications, and the memory that a sample takes.
 *
 * <pre>{@code
 * System.out.println(model.summary(Shape.of(1, 1, 28, 28)));
 * }</pre>
 *
 * @param rows one for each call of a layer
 * @param parameters the number of values in parameters, each counted once
 * @param trainable those of them that are not frozen
 * @param bytes the memory that the parameters take
 * @param gradientBytes the memory that gradients take, and each state of an optimizer: Adam has two of them, SGD with
 *        momentum has one
 * @param forwardBytes the most memory that is taken at a time beside the parameters when the sample is only evaluated
 * @param backwardBytes what a training keeps of the sample from the forward to the backward pass
 */
public record ModelSummary(List<Row> rows, long parameters, long trainable, long bytes, long gradientBytes,
    long forwardBytes, long backwardBytes) {
  /**
   * A call of a layer.
   *
   * @param path the layer's path in the model, such as {@code encoder.0}; empty for the model itself
   * @param layer what it is, such as {@code Linear(784, 128)}
   * @param output the shape of its result for the sample
   * @param parameters the number of values in its own parameters; 0 if an earlier row has counted them
   * @param multiplyAdds multiplications in matrix products and convolutions of its own, each with an addition
   */
  public record Row(String path, String layer, Shape output, long parameters, long multiplyAdds) {}

  private static final String GAP = "   ";

  public ModelSummary {
    rows = List.copyOf(rows);
  }

  /**
   * Runs the model in evaluation mode on zeros of the shape {@code sample} (float32, on the current device), and notes what
   * its layers do. The first dimension is taken for the batch.
   */
  public static ModelSummary of(Module model, Shape sample) {
    try (var _ = Scope.open()) {
      return of(model, Tensor.zeros(sample.sizes()));
    }
  }

  /** As above, on a sample of any type. */
  public static ModelSummary of(Module model, Tensor sample) {
    var looking = new Looking(model);
    boolean training = model.isTraining();
    var memory = sample.device().memory();
    long forward;
    long backward;
    model.eval();
    try (var _ = Scope.open()) {
      Work.counting(work -> {
        try (var _ = GradMode.noGrad()) {
          looking.work = work;
          Module.observing(looking, () -> model.call(sample));
        }
      });
      long before = memory.liveBytes();
      var most = new long[]{before};
      try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
        Module.observing((_, _) -> most[0] = Math.max(most[0], memory.liveBytes()), () -> model.call(sample));
      }
      try (var _ = Scope.open()) {
        model.call(sample);
        backward = memory.liveBytes() - before;
      }
      forward = most[0] - before;
    } finally {
      if (training) model.train();
    }
    var parameters = model.parameters();
    return new ModelSummary(looking.rows, model.parameterCount(),
        parameters.stream().filter(p -> !p.isFrozen()).mapToLong(Parameter::numel).sum(), bytes(parameters),
        bytes(parameters.stream().filter(p -> !p.isFrozen()).toList()), forward, backward);
  }

  private static long bytes(List<Parameter> parameters) {
    return parameters.stream().mapToLong(p -> p.numel() * p.dtype().bytes()).sum();
  }

  /** Notes the calls of layers, and which multiplications are whose: those of a layer inside are not its parent's. */
  private static final class Looking implements Module.Observer {
    final List<Row> rows = new ArrayList<>();
    private final Map<Module, String> paths = new IdentityHashMap<>();
    private final Set<Module> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Of the calls that have begun, the innermost last. */
    private final ArrayList<Long> own = new ArrayList<>();
    private long attributed;
    @Nullable
    Work work;

    Looking(Module model) {
      model.namedModules().forEach((path, module) -> paths.put(module, path));
    }

    /** What was done since the last look is the innermost call's. */
    private void attribute() {
      long now = work == null ? 0 : work.multiplyAdds();
      if (!own.isEmpty()) own.addLast(own.removeLast() + now - attributed);
      attributed = now;
    }

    @Override
    public void begins(Module module) {
      attribute();
      own.addLast(0L);
    }

    @Override
    public void accept(Module module, Tensor y) {
      attribute();
      long multiplyAdds = own.removeLast();
      long values = own(module);
      if (module.children().isEmpty() || values > 0 || multiplyAdds > 0) {
        rows.add(new Row(paths.getOrDefault(module, ""), describe(module), y.shape(),
            counted.add(module) ? values : 0, multiplyAdds));
      }
    }
  }

  /** The values in parameters of the module itself, not of those inside: their keys have no dot. */
  private static long own(Module module) {
    return module.namedParameters().entrySet().stream().filter(e -> !e.getKey().contains("."))
        .mapToLong(e -> e.getValue().numel()).sum();
  }

  private static String describe(Module module) {
    return module.children().isEmpty() ? module.toString() : module.getClass().getSimpleName();
  }

  /** The sum over the layers. */
  public long multiplyAdds() {
    return rows.stream().mapToLong(Row::multiplyAdds).sum();
  }

  /** A table in the manner of Keras; N stands for the size of the batch. */
  @Override
  public String toString() {
    return text("an optimizer as much for each of its states");
  }

  /**
   * The same table, with the memory that a certain optimizer takes.
   *
   * @param optimizer its name, such as {@code Adam}
   * @param states how many values it remembers for each one of a parameter: two for Adam, none for plain SGD
   */
  public String text(String optimizer, int states) {
    return text(
        "the optimizer (" + optimizer + ") " + (states == 0 ? "nothing" : size(states * gradientBytes)));
  }

  private String text(String optimizer) {
    int path = rows.stream().mapToInt(row -> row.path.length()).max().orElse(0);
    var columns = new ArrayList<List<String>>();
    columns.add(column("Layer", row -> pad(row.path, path) + "  " + row.layer));
    columns.add(column("Output shape", row -> batched(row.output)));
    columns.add(column("Parameters", row -> grouped(row.parameters)));
    columns.add(column("Multiply-adds", row -> grouped(row.multiplyAdds)));
    var lines = new ArrayList<String>();
    for (int i = 0; i <= rows.size(); i++) {
      var cells = new ArrayList<String>();
      for (int c = 0; c < columns.size(); c++) {
        var cell = columns.get(c).get(i);
        int width = widest(columns.get(c));
        cells.add(c < 2 ? pad(cell, width) : " ".repeat(width - cell.length()) + cell);
      }
      lines.add(String.join(GAP, cells));
    }
    var rule = "─".repeat(lines.getFirst().length());
    lines.add(1, rule);
    lines.add(rule);
    lines.add(total());
    lines.add("Memory for this input: " + size(forwardBytes) + " forward, " + size(backwardBytes)
        + " kept for backward; gradients " + size(gradientBytes) + ", " + optimizer);
    return String.join("\n", lines);
  }

  private List<String> column(String title, Function<Row, String> cell) {
    return Stream.concat(Stream.of(title), rows.stream().map(cell)).toList();
  }

  private static int widest(List<String> cells) {
    return cells.stream().mapToInt(String::length).max().orElse(0);
  }

  private String total() {
    return "Total: " + grouped(parameters) + " parameters (" + size(bytes) + "), "
        + (trainable == parameters
            ? "all trainable"
            : grouped(trainable) + " trainable, " + grouped(parameters - trainable) + " frozen")
        + " · " + grouped(multiplyAdds()) + " multiply-adds";
  }

  private static String size(long bytes) {
    if (bytes < 1 << 10) return bytes + " bytes";
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  private static String batched(Shape shape) {
    if (shape.rank() == 0) return "[]";
    var text = shape.toString();
    int end = shape.rank() == 1 ? text.length() - 1 : text.indexOf(',');
    return "[N" + text.substring(end);
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
