/**
 * Measurements of speed. The classes with {@code @Benchmark} methods are run by JMH ({@code jacquard bench jmh}), and
 * {@link io.jacquard.benchmarks.mnist} measures the program from the outside ({@code jacquard bench mnist}).
 *
 * <p>Not @NullMarked: JMH sets fields in {@code @Setup} methods.
 */
package io.jacquard.benchmarks;
