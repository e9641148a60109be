/** Data sets and the loaders that hand them out in batches. Knows tensors, not networks. */
@NullMarked
package io.jacquard.data;

import org.jspecify.annotations.NullMarked;
