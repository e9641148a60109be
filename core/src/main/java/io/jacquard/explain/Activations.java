package io.jacquard.explain;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.nn.Module;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What each layer of a model gives for some samples, in evaluation mode.
 *
 * <pre>{@code
 * try (var seen = Activations.of(model, images)) {
 *   System.out.println(seen.at("conv1").shape());        // [N, 32, 26, 26]
 *   ImageGrid.write(Path.of("conv1.png"), Tiles.activations(seen.at("conv1").select(0, 0)), 8);
 * }
 * }</pre>
 *
 * @param layers in the order in which their calls ended
 */
public record Activations(List<Layer> layers) implements AutoCloseable {
  /**
   * One call of a layer.
   *
   * @param path its path in the model, such as {@code encoder.0}; empty for the model itself
   * @param module the layer
   * @param output what it gave
   */
  public record Layer(String path, Module module, Tensor output) {}

  public Activations {
    layers = List.copyOf(layers);
  }

  public static Activations of(Module model, Tensor x) {
    var paths = new IdentityHashMap<Module, String>();
    model.namedModules().forEach((path, module) -> paths.put(module, path));
    var layers = new ArrayList<Layer>();
    return Question.evaluating(model, () -> {
      try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
        Module.observing((module, y) -> layers.add(new Layer(paths.getOrDefault(module, ""), module,
            y.detach().hold())), () -> model.call(x));
      }
      return new Activations(layers);
    });
  }

  /**
   * What the layer of a path gave, the last time it was called.
   *
   * @throws JacquardException with the nearest path, if no such layer was called
   */
  public Tensor at(String path) {
    return layers.reversed().stream().filter(layer -> layer.path.equals(path)).findFirst()
        .orElseThrow(() -> new JacquardException("Activations: no layer '" + path + "' was called."
            + Nearest.hint(path, layers.stream().map(Layer::path).toList()))).output;
  }

  @Override
  public void close() {
    layers.forEach(layer -> layer.output.close());
  }
}
