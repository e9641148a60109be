/** Measurements of speed, run with JMH. */
package io.jacquard.benchmarks;
