package io.jacquard.cpu;

import io.jacquard.JacquardException;

/**
 * In which form a backend computes float32, chosen once, when it is opened: on vectors, or in plain loops where Java was
 * started without the module of the Vector API.
 *
 * <p>All that differs between the two is here. Other classes either do as well without vectors or are reached through
 * {@link VectorForm} alone; so without the module no class that names the Vector API is linked.
 */
sealed interface Form permits VectorForm, PlainForm {
  /** The Java module of the Vector API. */
  String MODULE = "jdk.incubator.vector";

  /** The form for this process: vectors, unless their module is missing or {@code -Djacquard.vector=false} forbids them. */
  static Form choose() {
    return choose(ModuleLayer.boot().findModule(MODULE).isPresent(),
        System.getProperty("jacquard.vector", "true"));
  }

  /** @param wanted what the property says */
  static Form choose(boolean hasModule, String wanted) {
    if (!wanted.equals("true") && !wanted.equals("false"))
      throw new JacquardException("-Djacquard.vector is '" + wanted + "', expected true or false.");
    if (!hasModule) {
      return new PlainForm("the Java module " + MODULE + " is not loaded",
          "start Java with --add-modules " + MODULE);
    }
    return wanted.equals("true")
        ? new VectorForm()
        : new PlainForm("-Djacquard.vector=false was given", "leave that option out");
  }

  /** For people: for example {@code 512-bit SIMD}. */
  String describe();

  /** Numbers that vector kernels take at a time; 1 if there are none. */
  int lanes();

  default boolean hasVectors() {
    return lanes() > 1;
  }

  /** Products of float32 matrices. */
  FloatProducts products(Workers workers, KernelCompiler compiler);

  /** The composite operations that are taken over as a whole. */
  Composites composites(Workers workers, Kernels kernels, Maps maps, Products products);

  /** The sum of n floats; {@code scratch} has {@link Folds#SCRATCH} bytes. */
  double sum(long from, int n, long scratch);

  /** The largest or smallest of n floats, n at least 1; NaN if there is one. Scratch memory as for a sum. */
  float extreme(boolean largest, long from, int n, long scratch);

  /** Adds some rows of n floats, {@code stride} bytes apart, to a row of sums: each column in the order of the rows. */
  void addRows(long from, long stride, int rows, int n, long sums);

  /** Writes the uniform random numbers of elements {@code index} to {@code index + n}. */
  void uniforms(long seed, long draw, long index, int n, Scratch scratch, long to);

  /** Whether {@link Transposer} moves blocks that lie across faster than their elements go one by one. */
  boolean turnsBlocks();
}
