package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.nn.Module;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Says where a loss that is NaN or infinite came from. */
final class NotFinite {
  private NotFinite() {}

  /** Runs the model once more on the batch and looks for the first layer whose result is not finite. */
  static JacquardException explain(Module model, Tensor x, double loss, int epoch, long batch) {
    var where = new ArrayList<String>();
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      if (!isFinite(x)) {
        where.add("the batch itself holds values that are not finite: check the data");
      } else {
        Module.observing((module, y) -> inspect(module, y, where), () -> model.call(x));
      }
    }
    var found = where.isEmpty()
        ? "all layers give finite values, so it arises in the loss"
        : where.getFirst();
    return new JacquardException(
        "The loss is " + loss + " in epoch " + epoch + ", batch " + batch + ": " + found
            + ". A smaller learning rate usually helps; the values before this batch are kept.");
  }

  private static void inspect(Module module, Tensor y, List<String> where) {
    if (!where.isEmpty() || isFinite(y)) return;
    var name = module.name() == null ? "the model" : "layer '" + module.name() + "'";
    boolean weights = module.parameters().stream().allMatch(p -> isFinite(p.value()));
    where.add("the first result that is not finite is that of " + name + ", " + module
        + (weights ? "" : ", whose parameters are not finite themselves"));
  }

  private static boolean isFinite(Tensor t) {
    return !t.dtype().isFloating() || t.numel() == 0 || Double.isFinite(t.abs().max().item());
  }
}
