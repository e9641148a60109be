package io.jacquard.peers.tensorflow;

import io.jacquard.peers.Engine;
import io.jacquard.peers.Numbers;
import io.jacquard.peers.Task;
import io.jacquard.peers.Workload;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * TensorFlow through its Java bindings, in its fastest form there: graphs, whose weights and data are variables inside of
 * the session, so that nothing but the indices of a batch and its loss crosses the border.
 */
public final class TensorFlowEngine implements Engine {
  private final ConfigProto config;

  /** With {@code threads} that compute. */
  public TensorFlowEngine(int threads) {
    config = ConfigProto.newBuilder().setIntraOpParallelismThreads(threads).setInterOpParallelismThreads(1)
        .build();
  }

  @Override
  public String version() {
    return "TensorFlow " + TensorFlow.version() + " through its Java bindings";
  }

  @Override
  public Optional<Task> prepare(Workload work) {
    return Optional.ofNullable(switch (work) {
      case Workload.MlpStep w when w.optimizer().equals("adam") ->
        new Steps(config, Network.mlp(w.sizes()), List.of(w.sizes().getFirst()), w.sizes().getLast(),
            w.batch(),
            Steps.STEPS);
      case Workload.CnnStep w ->
        new Steps(config, Network.cnn(), List.of(28, 28, 1), 10, w.batch(), Steps.STEPS);
      case Workload.Start _ -> new Steps(config, Network.mlp(List.of(784, 128, 10)), List.of(784), 10, 64, 3);
      case Workload.Inference w -> inference(w);
      case Workload.Matmul w -> computation(1, (tf, weights) -> {
        boolean tn = w.layout().equals("tn");
        boolean nt = w.layout().equals("nt");
        var a = uniform(tf, weights, 1, tn ? List.of(w.k(), w.m()) : List.of(w.m(), w.k()));
        var b = uniform(tf, weights, 2, nt ? List.of(w.n(), w.k()) : List.of(w.k(), w.n()));
        return tf.linalg.matMul(a, b, org.tensorflow.op.linalg.MatMul.transposeA(tn),
            org.tensorflow.op.linalg.MatMul.transposeB(nt));
      });
      case Workload.Op w when w.op().equals("softmax") ->
        computation(w.repeats(), (tf, weights) -> tf.nn.softmax(uniform(tf, weights, 1, w.sizes())));
      default -> null;
    });
  }

  private Task inference(Workload.Inference work) {
    boolean mlp = work.model().equals("mlp");
    var network = mlp ? Network.mlp(List.of(784, 128, 10)) : Network.cnn();
    return computation(work.repeats(), (tf, weights) -> network.logits(tf, weights,
        weights.variable(tf, Numbers.uniform(9, 784, 1), mlp ? List.of(1, 784) : List.of(1, 28, 28, 1))));
  }

  private static Operand<TFloat32> uniform(Ops tf, Weights weights, int stream, List<Integer> sizes) {
    int count = sizes.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    return weights.variable(tf, Numbers.uniform(stream, count, 1), sizes);
  }

  /** A graph that makes one tensor of variables. */
  private Task computation(int repeats, BiFunction<Ops, Weights, Operand<TFloat32>> make) {
    var graph = new Graph();
    var tf = Ops.create(graph);
    var weights = new Weights();
    var result = make.apply(tf, weights);
    var session = new Session(graph, config);
    weights.assign(session);
    var task = Task.of(repeats, () -> session.runner().addTarget(result.op()).run().close(), () -> {
      try (var fetched = session.runner().fetch(result).run()) {
        return Weights.summary((TFloat32) fetched.get(0));
      }
    });
    return new Task() {
      @Override
      public void run(double[] nanos) {
        task.run(nanos);
      }

      @Override
      public double[] check() {
        return task.check();
      }

      @Override
      public void close() {
        session.close();
        graph.close();
      }
    };
  }
}
