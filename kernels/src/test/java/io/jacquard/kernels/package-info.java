/** Tests of what is written into kernels, and of their sources by the compilers that are there. */
@NullMarked
package io.jacquard.kernels;

import org.jspecify.annotations.NullMarked;
