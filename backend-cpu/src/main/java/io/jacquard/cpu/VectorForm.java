package io.jacquard.cpu;

/** With the Vector API, as wide as {@link Simd} has it. Code that C2 has not compiled yet is stood in for by plain loops. */
record VectorForm() implements Form {
  @Override
  public String describe() {
    return Simd.describe();
  }

  @Override
  public int lanes() {
    return Simd.LANES;
  }

  @Override
  public FloatProducts products(Workers workers, KernelCompiler compiler) {
    return new VectorProducts(workers, compiler);
  }

  @Override
  public Composites composites(Workers workers, Kernels kernels, Maps maps, Products products) {
    return new VectorComposites(workers, kernels, maps, products);
  }

  @Override
  public double sum(long from, int n, long scratch) {
    return FloatFolds.sum(from, n, scratch);
  }

  @Override
  public float extreme(boolean largest, long from, int n, long scratch) {
    return FloatFolds.extreme(largest, from, n, scratch);
  }

  @Override
  public void addRows(long from, long stride, int rows, int n, long sums) {
    FloatFolds.addRows(from, stride, rows, n, sums);
  }

  @Override
  public void uniforms(long seed, long draw, long index, int n, Scratch scratch, long to) {
    Random.fill(seed, draw, index, n, scratch, to);
  }

  @Override
  public boolean turnsBlocks() {
    return Transposer.isCompiled();
  }
}
