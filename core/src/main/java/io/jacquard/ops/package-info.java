/**
 * One record for each operation: what it infers, how it runs, and its gradient. Users meet these through
 * {@link io.jacquard.tensor.Tensor}.
 *
 * <p>{@link io.jacquard.ops.Elementwise}, {@link io.jacquard.ops.Reduce}, {@link io.jacquard.ops.MatMul} and the views
 * ({@link io.jacquard.ops.Permute}, {@link io.jacquard.ops.Slice}, ...) are what the rest is made of. {@code Scalars} has the
 * formulas of everything elementwise. Those with names in the plural ({@code Convolutions}, {@code Norms}, {@code Pooling},
 * {@code Reductions}, {@code Sorting}) put PyTorch's arguments round the records; those whose names end in {@code Backward} or {@code Gradient} are
 * gradients which backends may take over as a whole.
 */
@NullMarked
package io.jacquard.ops;

import org.jspecify.annotations.NullMarked;
