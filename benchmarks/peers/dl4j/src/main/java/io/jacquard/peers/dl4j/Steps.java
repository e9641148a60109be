package io.jacquard.peers.dl4j;

import io.jacquard.peers.Numbers;
import io.jacquard.peers.Task;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Training steps by {@code fit}, on batches that are cut and held beforehand: gathering them takes it far longer. */
final class Steps implements Task {
  static final int STEPS = 200;

  private final MultiLayerNetwork network;
  private final INDArray[] x;
  private final INDArray[] y;
  private final double[] losses = new double[3];
  private int next;

  /** @param steps how many batches there are */
  Steps(MultiLayerNetwork network, int steps, int classes, int batch, long... sample) {
    x = new INDArray[steps];
    y = new INDArray[steps];
    this.network = network;
    var sizes = new long[sample.length + 1];
    sizes[0] = (long) steps * batch;
    System.arraycopy(sample, 0, sizes, 1, sample.length);
    var all = Dl4jEngine.uniform(100, sizes);
    var labels = Numbers.labels(101, steps * batch, classes);
    for (int i = 0; i < steps; i++) {
      x[i] = all.get(NDArrayIndex.interval((long) i * batch, (i + 1L) * batch)).dup('c');
      y[i] = Nd4j.zeros(batch, classes);
      for (int r = 0; r < batch; r++) y[i].putScalar(r, labels[i * batch + r], 1);
    }
    for (int i = 0; i < losses.length; i++) losses[i] = step();
  }

  private double step() {
    network.fit(x[next], y[next]);
    next = (next + 1) % x.length;
    return network.score();
  }

  @Override
  public void run(double[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      step();
      nanos[i] = System.nanoTime() - start;
    }
  }

  @Override
  public double[] check() {
    return losses.clone();
  }
}
