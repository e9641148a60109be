package io.jacquard.cpu;

/**
 * Without the Vector API: loops over single numbers, of which C2 makes vector code where it can. Composite operations are left to
 * their decompositions. The same numbers on every machine.
 *
 * @param reason why there are no vectors
 * @param cure what brings them back
 */
record PlainForm(String reason, String cure) implements Form {
  /** Sums run in so many chains. */
  private static final int CHAINS = 16;

  @Override
  public String describe() {
    return "without SIMD: " + reason;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public FloatProducts products(Workers workers, KernelCompiler compiler) {
    return new ArrayMatmul(workers);
  }

  @Override
  public Composites composites(Workers workers, Kernels kernels, Maps maps, Products products) {
    return (_, _, _) -> false;
  }

  @Override
  public double sum(long from, int n, long scratch) {
    return PlainFolds.sum(from, n, CHAINS, scratch);
  }

  @Override
  public float extreme(boolean largest, long from, int n, long scratch) {
    return PlainFolds.extreme(largest, Memory.getFloat(from), from, n);
  }

  @Override
  public void addRows(long from, long stride, int rows, int n, long sums) {
    PlainFolds.addRows(from, stride, rows, n, sums);
  }

  @Override
  public void uniforms(long seed, long draw, long index, int n, Scratch scratch, long to) {
    PlainRandom.fill(seed, draw, index, n, scratch.four, to);
  }

  @Override
  public boolean turnsBlocks() {
    return false;
  }
}
