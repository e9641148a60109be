/**
 * One record for each operation: what it infers, how it runs, and its gradient. Users meet these through
 * {@link io.jacquard.tensor.Tensor}.
 */
@NullMarked
package io.jacquard.ops;

import org.jspecify.annotations.NullMarked;
