package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.nn.Module;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says where a loss that is NaN or infinite came from. */
final class NotFinite extends JacquardException {
  private static final long serialVersionUID = 1L;

  /** Of its epoch, from 1: the step that found it. */
  final long batch;

  private NotFinite(String message, long batch) {
    super(message);
    this.batch = batch;
  }

  /** Runs the model once more on the batch and looks for the first layer whose result is not finite. */
  static NotFinite explain(Module model, Tensor x, double loss, int epoch, long batch) {
    var where = new ArrayList<String>();
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      if (!isFinite(x)) {
        where.add("the batch itself holds values that are not finite: check the data");
      } else {
        Module.observing((module, y) -> inspect(model, module, y, where), () -> model.call(x));
      }
    }
    var found = where.isEmpty()
        ? "all layers give finite values, so it arises in the loss"
        : where.getFirst();
    return new NotFinite(
        "The loss is " + loss + " in epoch " + epoch + ", batch " + batch + ": " + found
            + ". A smaller learning rate usually helps; the values before this batch are kept.",
        batch);
  }

  private static void inspect(Module model, Module module, Tensor y, List<String> where) {
    if (!where.isEmpty() || isFinite(y)) return;
    var path = path(model, module);
    var name = path == null ? "a layer" : path.isEmpty() ? "the model" : "layer '" + path.substring(1) + "'";
    boolean weights = module.parameters().stream().allMatch(p -> isFinite(p.value()));
    where.add("the first result that is not finite is that of " + name + ", " + module
        + (weights ? "" : ", whose parameters are not finite themselves"));
  }

  /** The names from the model to one of its modules, each after a dot; null if it is not inside. */
  private static @Nullable String path(Module from, Module to) {
    if (from == to) return "";
    for (var child : from.children().entrySet()) {
      var rest = path(child.getValue(), to);
      if (rest != null) return "." + child.getKey() + rest;
    }
    return null;
  }

  private static boolean isFinite(Tensor t) {
    return !t.dtype().isFloating() || t.numel() == 0 || Double.isFinite(t.abs().max().item());
  }
}
