/**
 * Jacquard against PyTorch: what PyTorch computed lies in files, one for each family of operations, and every backend must
 * compute the same. {@link io.jacquard.golden.GoldenContract} is the test; benchmarks/pytorch makes the files.
 */
package io.jacquard.golden;
