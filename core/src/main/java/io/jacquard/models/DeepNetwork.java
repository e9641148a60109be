package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.Init;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.ModuleList;
import io.jacquard.tensor.Checkpoint;
import io.jacquard.tensor.Tensor;
import java.util.ArrayList;
import java.util.Objects;

/**
 * A network of a great many narrow layers for digits [N, 1, 28, 28], with residuals or without: what the gradient of a
 * thousand layers comes to. Each inner layer computes {@code W relu(h) + b}, added to h or in its place.
 *
 * <pre>{@code
 * var learns = DeepNetwork.of(1001, 32, true);
 * var doesNot = DeepNetwork.of(1001, 32, false);
 * var small = DeepNetwork.of(1001, 32, true).checkpointed();     // in less memory, for a third more time
 * }</pre>
 *
 * <p>Weights are normal with the variance 2/width of He et al. (2015), which carries signals through layers of ReLU; with
 * residuals, that divided by the number of layers, so that what all of them add stays of the size of the signal. Keys: {@code
 * input}, {@code layers.0} and so on, {@code output}.
 */
public final class DeepNetwork extends Module {
  private final Flatten flatten = add("flatten", new Flatten());
  private final Linear input;
  private final ModuleList<Linear> layers;
  private final Linear output;
  private final boolean residual;
  private boolean checkpointed;

  private DeepNetwork(int depth, int width, boolean residual) {
    this.residual = residual;
    input = add("input", new Linear(784, width));
    var inner = new ArrayList<Linear>();
    double std = Math.sqrt(2.0 / width / (residual ? depth - 2 : 1));
    for (int i = 0; i < depth - 2; i++) {
      var layer = new Linear(width, width);
      Init.normal(0, std).apply(layer.weight());
      Init.zeros().apply(Objects.requireNonNull(layer.bias()));
      inner.add(layer);
    }
    layers = add("layers", ModuleList.of(inner));
    output = add("output", new Linear(width, 10));
  }

  /**
   * @param depth layers with weights, the first and the last one counted; 3 or more
   * @param width neurons in each
   */
  public static DeepNetwork of(int depth, int width, boolean residual) {
    if (depth < 3 || width < 1) {
      throw new JacquardException("DeepNetwork: " + depth + " layers of " + width
          + " neurons, expected at least 3 layers of at least 1.");
    }
    return new DeepNetwork(depth, width, residual);
  }

  /**
   * Keeps the input of every piece of about sqrt(depth) layers, instead of every layer's, and computes the pieces again for
   * the gradient.
   */
  public DeepNetwork checkpointed() {
    return checkpointed(true);
  }

  /** With checkpoints or without. */
  public DeepNetwork checkpointed(boolean checkpointed) {
    this.checkpointed = checkpointed;
    return this;
  }

  @Override
  protected Tensor forward(Tensor x) {
    var h = input.call(flatten.call(x));
    int piece = (int) Math.ceil(Math.sqrt(layers.size()));
    for (int from = 0; from < layers.size(); from += piece) {
      int first = from;
      int end = Math.min(from + piece, layers.size());
      h = checkpointed ? Checkpoint.of(v -> through(v, first, end), h) : through(h, first, end);
    }
    return output.call(h.relu());
  }

  private Tensor through(Tensor h, int from, int to) {
    for (int i = from; i < to; i++) {
      var y = layers.get(i).call(h.relu());
      h = residual ? h.add(y) : y;
    }
    return h;
  }

  /** Not every layer on a line of its own. */
  @Override
  public String toString() {
    return "DeepNetwork(" + input + ", " + layers.size() + " times " + layers.get(0) + ", " + output
        + (residual ? ", residual" : "") + (checkpointed ? ", checkpointed)" : ")");
  }
}
