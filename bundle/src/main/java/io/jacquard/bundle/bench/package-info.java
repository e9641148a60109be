/** {@code gpu-bench}: a device's figures beside PyTorch's on the same device, each side a process of its own, by turns. */
@NullMarked
package io.jacquard.bundle.bench;

import org.jspecify.annotations.NullMarked;
