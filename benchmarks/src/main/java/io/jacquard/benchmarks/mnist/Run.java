package io.jacquard.benchmarks.mnist;

/**
 * One training that was measured.
 *
 * @param modelDigest of the bytes of {@code model.safetensors}
 */
record Run(String model, int threads, int seed, RunReport report, TrainProcess.Seen seen,
    String modelDigest) {}
