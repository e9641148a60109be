/** {@code gpu-check}: the contracts, PyTorch's goldens and small trainings, on a device, by several processes at once. */
@NullMarked
package io.jacquard.bundle.check;

import org.jspecify.annotations.NullMarked;
