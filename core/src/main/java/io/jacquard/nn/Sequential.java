package io.jacquard.nn;

import io.jacquard.tensor.Tensor;
import java.util.List;

/**
 * Modules one after the other, named 0, 1, 2 as in PyTorch.
 *
 * <pre>{@code
 * var model = Sequential.of(new Flatten(), new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * var logits = model.call(images);
 * }</pre>
 */
public final class Sequential extends Module {
  private Sequential() {}

  public static Sequential of(Module... modules) {
    return of(List.of(modules));
  }

  public static Sequential of(List<? extends Module> modules) {
    var sequential = new Sequential();
    for (int i = 0; i < modules.size(); i++) sequential.add(Integer.toString(i), modules.get(i));
    return sequential;
  }

  @Override
  protected Tensor forward(Tensor x) {
    var y = x;
    for (var module : children().values()) y = module.call(y);
    return y;
  }
}
