/**
 * {@code jacquard bench}: the same work on every device, in turns. What is measured ({@link
 * io.jacquard.cli.bench.Workload}, {@link io.jacquard.cli.bench.Workloads}), how ({@link io.jacquard.cli.bench.Rounds},
 * {@link io.jacquard.cli.bench.Bout}), what came of it ({@link io.jacquard.cli.bench.BenchReport}), and how that is shown.
 */
@NullMarked
package io.jacquard.cli.bench;

import org.jspecify.annotations.NullMarked;
