package io.jacquard.explain;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.nn.Module;
import io.jacquard.ops.Interpolation;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Where in a picture a convolutional layer saw what speaks for the class: its channels, weighed by the mean of their
 * gradients, as far as they are above zero (Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra: Grad-CAM, ICCV 2017, equations
 * 1 and 2), stretched to the picture's size.
 *
 * <pre>{@code
 * var map = GradCam.last().of(model, images);          // [N, 1, H, W]
 * var early = GradCam.at("conv1").of(model, images);
 * var sharp = GradCam.sharp(model, images).of(model, images);
 * }</pre>
 *
 * @param layer the path of a layer that gives [N, C, H, W]; null for the last one that does, with more than one place
 */
public record GradCam(@Nullable String layer) implements Attribution {
  private static final int SMALL = 64;

  public static GradCam last() {
    return new GradCam(null);
  }

  public static GradCam at(String layer) {
    return new GradCam(layer);
  }

  /**
   * At the last layer whose maps are nearly as large as the pictures, nine tenths of their height and width: where pictures are
   * small, the maps of deeper layers, stretched, peak beside what they saw. For pictures of more than 64 pixels a side, and
   * where no layer is like this, the last layer.
   */
  public static GradCam sharp(Module model, Tensor x) {
    if (x.rank() != 4 || Math.max(x.size(2), x.size(3)) > SMALL) return last();
    var sharp = new LinkedHashSet<Module>(); // by the last call of each
    Question.evaluating(model, () -> {
      try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
        Module.observing((module, y) -> {
          sharp.remove(module);
          if (y.rank() == 4 && 10 * y.size(2) >= 9 * x.size(2) && 10 * y.size(3) >= 9 * x.size(3))
            sharp.add(module);
        }, () -> model.call(x));
      }
      return null;
    });
    if (sharp.isEmpty()) return last();
    var chosen = sharp.getLast();
    return model.namedModules().entrySet().stream().filter(e -> e.getValue() == chosen)
        .map(e -> at(e.getKey()))
        .findFirst().orElseThrow();
  }

  @Override
  public Tensor of(Module model, Tensor x, int... classes) {
    return Question.ask(model, x, classes, question -> {
      question.requirePictures("GradCam");
      try (var seen = look(question, layer == null ? lastOf(question) : named(model, layer))) {
        var weights = seen.gradient.mean(true, 2, 3);
        return weights.mul(seen.output).sum(true, 1).relu()
            .interpolate(Interpolation.size((int) x.size(2), (int) x.size(3)).linear());
      }
    });
  }

  private static Module named(Module model, String path) {
    var modules = model.namedModules();
    var module = modules.get(path);
    if (module == null) {
      throw new JacquardException("GradCam: the model has no layer '" + path + "'."
          + Nearest.hint(path, modules.keySet()));
    }
    return module;
  }

  private static Module lastOf(Question question) {
    var found = new ArrayList<Module>();
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      Module.observing((module, y) -> {
        if (y.rank() == 4 && y.size(2) * y.size(3) > 1) found.add(module);
      }, () -> question.model.call(question.x));
    }
    if (found.isEmpty()) {
      throw new JacquardException("GradCam: no layer of the model gives maps [N, C, H, W]."
          + " Use IntegratedGradients or Occlusion for models without convolutions.");
    }
    return found.getLast();
  }

  /** What a layer gives, and how the scores change with it. */
  private record Seen(Tensor output, Tensor gradient) implements AutoCloseable {
    @Override
    public void close() {
      output.close();
      gradient.close();
    }
  }

  private static Seen look(Question question, Module module) {
    var calls = new ArrayList<Tensor>();
    var gradients = new HashMap<Integer, Tensor>();
    var hook = module.registerForwardHook((_, _, y) -> {
      if (y.rank() != 4) {
        throw new JacquardException("GradCam: the layer gives " + y.shape() + ", expected [N, C, H, W].");
      }
      int call = calls.size();
      calls.add(y.detach().hold());
      y.registerHook(gradient -> {
        gradients.put(call, gradient.detach().hold());
        return gradient;
      });
      return y;
    });
    try (var _ = Scope.open(); var _ = hook; var _ = GradMode.enableGrad()) {
      var leaf = question.x.detach().requiresGrad();
      Gradients.of(question.scores(leaf).sum(), leaf);
    }
    int last = calls.size() - 1; // a layer may be called more than once
    var gradient = gradients.remove(last);
    var output = calls.isEmpty() ? null : calls.removeLast();
    calls.forEach(Tensor::close);
    gradients.values().forEach(Tensor::close);
    if (output == null || gradient == null)
      throw new JacquardException("GradCam: the scores do not depend on the layer. Choose another one.");
    return new Seen(output, gradient);
  }
}
