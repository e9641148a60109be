package io.jacquard.tensor;

/**
 * Elements that were chosen along a dimension, and where they stood: what {@code sort}, {@code topk}, {@code cummax} give.
 *
 * <pre>{@code
 * var best = x.topk(5);
 * System.out.println(best.values() + " at " + best.indices());
 * }</pre>
 *
 * @param values of the tensor's type; gradients flow to the elements chosen
 * @param indices int64, of the same shape
 */
public record Indexed(Tensor values, Tensor indices) {}
