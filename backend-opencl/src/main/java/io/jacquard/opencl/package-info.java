/** The backend for OpenCL devices: GPUs of any vendor, and CPUs through PoCL. */
@NullMarked
package io.jacquard.opencl;

import org.jspecify.annotations.NullMarked;
