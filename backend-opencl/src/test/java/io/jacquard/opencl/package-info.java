/** Tests of the OpenCL backend. Without an OpenCL device they are skipped, and say why. */
@NullMarked
package io.jacquard.opencl;

import org.jspecify.annotations.NullMarked;
