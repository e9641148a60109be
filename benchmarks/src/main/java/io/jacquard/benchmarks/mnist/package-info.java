/** The figures of {@code jacquard train mnist}, run as users run it: a process for each training. */
package io.jacquard.benchmarks.mnist;
