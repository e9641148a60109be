/** The sources of all GPU kernels, in one dialect of C, and the writing of programs into them. */
@NullMarked
package io.jacquard.kernels;

import org.jspecify.annotations.NullMarked;
