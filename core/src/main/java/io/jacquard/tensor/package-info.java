/**
 * Tensors, the scopes that own them, and the tape that gives their gradients.
 *
 * <p>{@link io.jacquard.tensor.Tensor} is what users meet; its methods stand in interfaces by kind ({@code TensorArithmetic},
 * {@code TensorViews}, ...). {@link io.jacquard.tensor.Scope} frees. What is computed goes through {@code Dispatch}, is noted in a
 * {@code Node}, and {@code Engine} goes back over the nodes. Modes of a thread: {@link io.jacquard.tensor.GradMode},
 * {@link io.jacquard.tensor.Autocast}, {@link io.jacquard.tensor.Anomaly}, {@link io.jacquard.tensor.Generator}.
 */
@NullMarked
package io.jacquard.tensor;

import org.jspecify.annotations.NullMarked;
