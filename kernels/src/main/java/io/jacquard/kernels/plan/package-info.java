/**
 * How calls of a backend become launches of kernels, for whatever starts them: which kernel, its arguments, its grid. It
 * knows neither OpenCL nor CUDA.
 */
@NullMarked
package io.jacquard.kernels.plan;

import org.jspecify.annotations.NullMarked;
