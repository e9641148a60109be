package io.jacquard.spi;

/**
 * A composite operation as a backend sees it: a record whose components are its attributes, which the backend may run
 * by a faster path of its own (see {@link Backend#run}). What it means is defined above this layer, by decomposition.
 *
 * <pre>{@code
 * record RmsNorm(double eps) implements Operation {
 *   public String name() {
 *     return "rms_norm";
 *   }
 * }
 * }</pre>
 */
public interface Operation {
  /** The name in messages, profiles and tables, in PyTorch's spelling where it has one: {@code log_softmax}. */
  String name();
}
