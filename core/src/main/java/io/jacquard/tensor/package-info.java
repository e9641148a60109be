/** Tensors, the scopes that own them, and the tape that gives their gradients. */
@NullMarked
package io.jacquard.tensor;

import org.jspecify.annotations.NullMarked;
