package io.jacquard.kernels;

/**
 * A kernel, ready for a compiler.
 *
 * <pre>{@code
 * var source = MapKernel.of(program, operands, 0, false, 256);
 * System.out.println(source.text());
 * }</pre>
 *
 * @param name the kernel's entry point
 * @param text all of its source: the prelude, what it uses, and the kernel
 * @param float64 whether the device must compute in float64
 */
public record KernelSource(String name, String text, boolean float64) {}
