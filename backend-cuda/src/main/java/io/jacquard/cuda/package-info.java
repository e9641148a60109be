/** Finds CUDA on a machine, and drives NVIDIA GPUs through JCuda, cuBLAS and NVRTC. */
@NullMarked
package io.jacquard.cuda;

import org.jspecify.annotations.NullMarked;
