/** The figures of {@code jacquard train mnist}, run as users run it: a process for each training. */
@NullMarked
package io.jacquard.benchmarks.mnist;

import org.jspecify.annotations.NullMarked;
