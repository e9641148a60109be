package io.jacquard.tensor;

import io.jacquard.JacquardException;
import java.util.Arrays;
import java.util.List;

/**
 * Gradients as values, beside {@link Tensor#backward}, which adds them to the leaves.
 *
 * <pre>{@code
 * var x = Tensor.scalar(3f).requiresGrad();
 * var y = x.pow(3);
 * var dy = Gradients.createGraph(y, x);          // 27
 * var d2y = Gradients.of(dy, x);                 // 18
 * }</pre>
 */
public final class Gradients {
  private Gradients() {}

  /** The gradient of a scalar with respect to one tensor; the graph is consumed. */
  public static Tensor of(Tensor loss, Tensor wrt) {
    return of(loss, List.of(wrt)).getFirst();
  }

  /**
   * The gradients of a scalar with respect to several tensors, in their order and shapes; the graph is consumed.
   *
   * @throws JacquardException if the loss does not depend on one of them
   */
  public static List<Tensor> of(Tensor loss, List<Tensor> wrt) {
    return compute(loss, wrt, false);
  }

  /** As {@link #of(Tensor, Tensor)}, with a result that can be differentiated again; the graph is kept. */
  public static Tensor createGraph(Tensor loss, Tensor wrt) {
    return createGraph(loss, List.of(wrt)).getFirst();
  }

  /** As {@link #of(Tensor, List)}, with results that can be differentiated again; the graph is kept. */
  public static List<Tensor> createGraph(Tensor loss, List<Tensor> wrt) {
    return compute(loss, wrt, true);
  }

  private static List<Tensor> compute(Tensor loss, List<Tensor> wrt, boolean createGraph) {
    loss.checkDifferentiable("Gradients");
    for (int k = 0; k < wrt.size(); k++) {
      if (wrt.get(k).source() == null) {
        throw new JacquardException("Gradients: tensor " + k + " of shape " + wrt.get(k).shape()
            + " does not require a gradient. Mark it with requiresGrad() before it is used.");
      }
    }
    var seed = Tensor.ones(loss.device(), loss.dtype(), loss.shape());
    var results = Engine.gradients(loss, seed, wrt.toArray(Tensor[]::new), createGraph, false);
    for (int k = 0; k < results.length; k++) {
      if (results[k] == null) {
        throw new JacquardException("Gradients: the loss does not depend on tensor " + k + " of shape "
            + wrt.get(k).shape() + ". Leave it out, or check that it was not detached.");
      }
    }
    return Arrays.asList(results);
  }
}
