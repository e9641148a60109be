/** Modules, their parameters, and losses. Knows nothing of devices, optimizers or files. */
@NullMarked
package io.jacquard.nn;

import org.jspecify.annotations.NullMarked;
