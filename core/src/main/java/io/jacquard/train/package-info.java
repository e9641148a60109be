/** Training: loops, steps that are recorded and replayed, metrics, histories. */
@NullMarked
package io.jacquard.train;

import org.jspecify.annotations.NullMarked;
