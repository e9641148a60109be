package io.jacquard.peers.tensorflow;

import io.jacquard.peers.Numbers;
import io.jacquard.peers.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Training steps with Adam as one run of a graph each, from gathering the batch to the loss on the host. */
final class Steps implements Task {
  static final int STEPS = 200;

  private final Graph graph = new Graph();
  private final Session session;
  private final Operand<TInt64> index;
  private final Operand<TFloat32> loss;
  private final List<Op> updates = new ArrayList<>();
  private final int batch;
  private final double[] losses = new double[3];
  private final List<Integer> order = new ArrayList<>();
  private final int steps;
  private int next;

  /** @param steps how many batches there are */
  Steps(ConfigProto config, Network network, List<Integer> sample, int classes, int batch, int steps) {
    this.steps = steps;
    next = steps;
    this.batch = batch;
    int count = steps * batch;
    var tf = Ops.create(graph);
    var weights = new Weights();
    int features = sample.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    var x = weights.variable(tf, Numbers.uniform(100, count * features, 1),
        Stream.concat(Stream.of(count), sample.stream()).toList());
    var y = weights.variable(tf, Numbers.labels(101, count, classes));
    index = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(batch)));
    var axis = tf.constant(0);
    var logits = network.logits(tf, weights, tf.gather(x, index, axis));
    var entropies = tf.nn.sparseSoftmaxCrossEntropyWithLogits(logits, tf.gather(y, index, axis));
    loss = tf.math.mean(entropies.loss(), axis);
    // This operation has no gradient in the C++ library that the bindings use; but it computes it, and gives
    // it out.
    var gradient = tf.math.mul(entropies.backprop(), tf.constant(1f / batch));
    var parameters = List.copyOf(weights.trained());
    adam(tf, weights, parameters, tf.gradients(logits, parameters, Gradients.dx(List.of(gradient))));
    session = new Session(graph, config);
    weights.assign(session);
    for (int i = 0; i < losses.length; i++)
      losses[i] = step(LongStream.range((long) i * batch, (i + 1L) * batch).toArray());
  }

  /**
   * As {@code org.tensorflow.framework.optimizers.Adam}, one operation a parameter. No parameter changes before all gradients are
   * computed, some of which are still to read it.
   */
  private void adam(Ops tf, Weights weights, List<Variable<TFloat32>> parameters, Gradients gradients) {
    var beta1 = tf.constant(0.9f);
    var beta2 = tf.constant(0.999f);
    var power1 = weights.variable(tf, new float[]{0.9f}, List.of());
    var power2 = weights.variable(tf, new float[]{0.999f}, List.of());
    var applied = new ArrayList<Op>();
    var computed = new ArrayList<Op>();
    gradients.forEach(computed::add);
    var gated = tf.withControlDependencies(computed);
    for (int i = 0; i < parameters.size(); i++) {
      Variable<TFloat32> p = parameters.get(i);
      var sizes = new ArrayList<Integer>();
      for (long size : p.shape().asArray()) sizes.add((int) size);
      var zeros = new float[(int) p.shape().size()];
      applied.add(gated.train.applyAdam(p, weights.variable(tf, zeros, sizes),
          weights.variable(tf, zeros, sizes), power1,
          power2, tf.constant(1e-3f), beta1, beta2, tf.constant(1e-8f), gradients.<TFloat32>dy(i)));
    }
    var after = tf.withControlDependencies(applied);
    updates.addAll(applied);
    updates.add(after.assign(power1, after.math.mul(power1, beta1)));
    updates.add(after.assign(power2, after.math.mul(power2, beta2)));
  }

  private double step(long[] samples) {
    try (var indices = TInt64.vectorOf(samples)) {
      var runner = session.runner().feed(index, indices).fetch(loss);
      for (var update : updates) runner.addTarget(update);
      try (var fetched = runner.run()) {
        return ((TFloat32) fetched.get(0)).getFloat();
      }
    }
  }

  @Override
  public void run(double[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      if (next == steps) {
        shuffle();
        next = 0;
      }
      int from = next++ * batch;
      step(order.subList(from, from + batch).stream().mapToLong(Integer::longValue).toArray());
      nanos[i] = System.nanoTime() - start;
    }
  }

  private void shuffle() {
    if (order.isEmpty()) for (int i = 0; i < steps * batch; i++) order.add(i);
    Collections.shuffle(order, new Random(0));
  }

  @Override
  public double[] check() {
    return losses.clone();
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
