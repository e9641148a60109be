package io.jacquard.golden;

import java.util.List;
import java.util.function.Consumer;

/**
 * The operations that share a file.
 *
 * @param name of the file, and of the Python module that writes it
 * @param least how many cases the file has at least, so that none is lost unnoticed
 * @param registration says how each operation is computed
 */
record GoldenFamily(String name, int least, Consumer<GoldenOps> registration) {
  /** All of them. A new family is a line here. */
  static final List<GoldenFamily> ALL = List.of(
      new GoldenFamily("activations", 339, GoldenActivations::register),
      new GoldenFamily("arranging", 160, GoldenArranging::register),
      new GoldenFamily("attention", 80, GoldenAttention::register),
      new GoldenFamily("binary", 204, GoldenBinary::register),
      new GoldenFamily("class_losses", 216, GoldenLosses::registerOfClasses),
      new GoldenFamily("folding", 335, GoldenFolding::register),
      new GoldenFamily("halves", 162, GoldenHalves::register),
      new GoldenFamily("image_layers", 54, GoldenImageLayers::register),
      new GoldenFamily("image_norms", 59, GoldenImageLayers::registerNorms),
      new GoldenFamily("image_sizes", 90, GoldenImageLayers::registerSizes),
      new GoldenFamily("layers", 23, GoldenLayers::register),
      new GoldenFamily("losses", 206, GoldenLosses::register),
      new GoldenFamily("norms", 123, GoldenNorms::register),
      new GoldenFamily("numerics", 238, GoldenNumerics::register),
      new GoldenFamily("optimizers", 65, GoldenOptimizers::register),
      new GoldenFamily("options", 31, GoldenOptions::register),
      new GoldenFamily("products", 43, GoldenProducts::register),
      new GoldenFamily("recurrence", 44, GoldenRecurrence::register),
      new GoldenFamily("reductions", 112, GoldenReductions::register),
      new GoldenFamily("schedules", 29, GoldenSchedules::register),
      new GoldenFamily("selecting", 277, GoldenSelecting::register),
      new GoldenFamily("softmax_losses", 102, GoldenSoftmaxLosses::register),
      new GoldenFamily("training", 6, GoldenTraining::register),
      new GoldenFamily("unary", 411, GoldenUnary::register),
      new GoldenFamily("views", 119, GoldenViews::register),
      new GoldenFamily("windows", 110, GoldenWindows::register));

  GoldenOps ops() {
    var ops = new GoldenOps();
    registration.accept(ops);
    return ops;
  }

  @Override
  public String toString() {
    return name;
  }
}
