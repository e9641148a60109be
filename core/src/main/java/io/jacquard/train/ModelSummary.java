package io.jacquard.train;

import io.jacquard.Shape;
import io.jacquard.nn.Module;
import io.jacquard.nn.Parameter;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a model consists of: its layers in the order of their calls, the shapes they give, and their parameters.
 *
 * <pre>{@code
 * System.out.println(ModelSummary.of(model, Shape.of(1, 1, 28, 28)));
 * }</pre>
 *
 * @param rows one for each call of a layer
 * @param parameters the number of values in parameters, each counted once
 * @param trainable those of them that are not frozen
 * @param bytes the memory that the parameters take
 */
public record ModelSummary(List<Row> rows, long parameters, long trainable, long bytes) {
  /**
   * A call of a layer.
   *
   * @param path the layer's path in the model, such as {@code encoder.0}; empty for the model itself
   * @param layer what it is, such as {@code Linear(784, 128)}
   * @param output the shape of its result for the sample
   * @param parameters the number of values in its own parameters; 0 if an earlier row has counted them
   */
  public record Row(String path, String layer, Shape output, long parameters) {}

  private static final String GAP = "   ";

  public ModelSummary {
    rows = List.copyOf(rows);
  }

  /**
   * Runs the model once, in evaluation mode and without gradients, on zeros of the shape {@code sample} (float32, on the
   * current device), and notes what its layers give. The first dimension is taken for the batch.
   */
  public static ModelSummary of(Module model, Shape sample) {
    try (var _ = Scope.open()) {
      return of(model, Tensor.zeros(sample.sizes()));
    }
  }

  /** As above, on a sample of any type. */
  public static ModelSummary of(Module model, Tensor sample) {
    var paths = new IdentityHashMap<Module, String>();
    name(model, "", paths);
    var rows = new ArrayList<Row>();
    Set<Module> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    boolean training = model.isTraining();
    model.eval();
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      Module.observing((module, y) -> {
        long own = own(module);
        if (module.children().isEmpty() || own > 0) {
          rows.add(new Row(paths.getOrDefault(module, ""), describe(module), y.shape(),
              counted.add(module) ? own : 0));
        }
      }, () -> model.call(sample));
    } finally {
      if (training) model.train();
    }
    var parameters = model.parameters();
    return new ModelSummary(rows, model.parameterCount(),
        parameters.stream().filter(p -> !p.isFrozen()).mapToLong(Parameter::numel).sum(),
        parameters.stream().mapToLong(p -> p.numel() * p.dtype().bytes()).sum());
  }

  private static void name(Module module, String path, Map<Module, String> paths) {
    paths.putIfAbsent(module, path);
    module.children()
        .forEach((key, child) -> name(child, path.isEmpty() ? key : path + "." + key, paths));
  }

  /** The values in parameters of the module itself, not of those inside: their keys have no dot. */
  private static long own(Module module) {
    return module.namedParameters().entrySet().stream().filter(e -> !e.getKey().contains("."))
        .mapToLong(e -> e.getValue().numel()).sum();
  }

  private static String describe(Module module) {
    return module.children().isEmpty() ? module.toString() : module.getClass().getSimpleName();
  }

  /** A table in the manner of Keras; N stands for the size of the batch. */
  @Override
  public String toString() {
    int path = rows.stream().mapToInt(row -> row.path.length()).max().orElse(0);
    var layers = new ArrayList<>(List.of("Layer"));
    var outputs = new ArrayList<>(List.of("Output shape"));
    var counts = new ArrayList<>(List.of("Parameters"));
    for (var row : rows) {
      layers.add(pad(row.path, path) + "  " + row.layer);
      outputs.add(batched(row.output));
      counts.add(grouped(row.parameters));
    }
    int layer = widest(layers);
    int output = widest(outputs);
    int count = widest(counts);
    var lines = new ArrayList<String>();
    for (int i = 0; i < layers.size(); i++) {
      lines.add(pad(layers.get(i), layer) + GAP + pad(outputs.get(i), output) + GAP
          + " ".repeat(count - counts.get(i).length()) + counts.get(i));
    }
    var rule = "─".repeat(lines.getFirst().length());
    lines.add(1, rule);
    lines.add(rule);
    lines.add(total());
    return String.join("\n", lines);
  }

  private static int widest(List<String> cells) {
    return cells.stream().mapToInt(String::length).max().orElse(0);
  }

  private String total() {
    return "Total: " + grouped(parameters) + " parameters (" + size() + "), "
        + (trainable == parameters
            ? "all trainable"
            : grouped(trainable) + " trainable, " + grouped(parameters - trainable) + " frozen");
  }

  private String size() {
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
