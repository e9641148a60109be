package io.jacquard.cuda;

/**
 * A library of CUDA's that was loaded.
 *
 * @param name what it is: {@code NVRTC}, {@code cuBLAS}
 * @param major the CUDA that it belongs to: 12 or 13
 * @param file its path, or its soname if the system's loader knew where it is
 */
record Library(String name, int major, String file) {}
