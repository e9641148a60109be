package io.jacquard.peers.dl4j;

import io.jacquard.peers.Engine;
import io.jacquard.peers.Numbers;
import io.jacquard.peers.Task;
import io.jacquard.peers.Workload;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Deeplearning4j on its CPU backend. */
public final class Dl4jEngine implements Engine {
  /** With {@code threads} that compute: set by the environment, OMP_NUM_THREADS. */
  public Dl4jEngine(int threads) {
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
  }

  @Override
  public String version() {
    var jar = Nd4j.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    var version = jar.replaceAll(".*nd4j-api-(.*)\\.jar", "$1");
    return "Deeplearning4j " + version + ", "
        + Nd4j.getBackend().getClass().getSimpleName();
  }

  @Override
  public Optional<Task> prepare(Workload work) {
    return Optional.ofNullable(switch (work) {
      case Workload.MlpStep w when w.optimizer().equals("adam") ->
        new Steps(Networks.mlp(w.sizes(), Networks.TRAINED), Steps.STEPS, w.sizes().getLast(), w.batch(),
            w.sizes().getFirst());
      case Workload.CnnStep w ->
        new Steps(Networks.cnn(Networks.TRAINED), Steps.STEPS, 10, w.batch(), 1, 28, 28);
      case Workload.Start _ ->
        new Steps(Networks.mlp(List.of(784, 128, 10), Networks.TRAINED), 3, 10, 64, 784);
      case Workload.Inference w -> {
        boolean mlp = w.model().equals("mlp");
        var network = mlp ? Networks.mlp(List.of(784, 128, 10), Networks.LOGITS)
            : Networks.cnn(Networks.LOGITS);
        var x = mlp ? uniform(9, 1, 784) : uniform(9, 1, 1, 28, 28);
        yield Task.of(w.repeats(), () -> network.output(x), () -> summary(network.output(x)));
      }
      default -> null;
    });
  }

  static INDArray uniform(int stream, long... sizes) {
    int count = 1;
    for (long size : sizes) count = Math.multiplyExact(count, Math.toIntExact(size));
    return Nd4j.create(Numbers.uniform(stream, count, 1), sizes, 'c');
  }

  /** The mean, the mean of the absolute values, the first and the last element. */
  private static double[] summary(INDArray t) {
    return new double[]{t.meanNumber().doubleValue(), t.ameanNumber().doubleValue(), t.getDouble(0),
        t.getDouble(t.length() - 1)};
  }
}
