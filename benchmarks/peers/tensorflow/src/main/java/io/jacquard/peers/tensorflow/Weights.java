package io.jacquard.peers.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** The variables of a graph, and what they hold at first: fed once, so that the graph holds no large constants. */
final class Weights {
  private record First(Op assign, Operand<?> from, Tensor value) {}

  private final List<First> first = new ArrayList<>();
  private final List<Variable<TFloat32>> trained = new ArrayList<>();

  Variable<TFloat32> variable(Ops tf, float[] values, List<Integer> sizes) {
    var shape = shape(sizes);
    return variable(tf, shape, TFloat32.class, TFloat32.tensorOf(shape, DataBuffers.of(values)));
  }

  Variable<TInt64> variable(Ops tf, long[] values) {
    var shape = Shape.of(values.length);
    return variable(tf, shape, TInt64.class, TInt64.tensorOf(shape, DataBuffers.of(values)));
  }

  /** A variable that training changes. */
  Variable<TFloat32> parameter(Ops tf, float[] values, List<Integer> sizes) {
    var variable = variable(tf, values, sizes);
    trained.add(variable);
    return variable;
  }

  private <T extends TType> Variable<T> variable(Ops tf, Shape shape, Class<T> type, T value) {
    var variable = tf.variable(shape, type);
    var from = tf.placeholder(type, Placeholder.shape(shape));
    first.add(new First(tf.assign(variable, from), from, value));
    return variable;
  }

  List<Variable<TFloat32>> trained() {
    return trained;
  }

  /** Gives every variable its first values; called again, gives them back. */
  void assign(Session session) {
    for (var f : first) session.runner().feed(f.from, f.value).addTarget(f.assign).run().close();
  }

  private static Shape shape(List<Integer> sizes) {
    return Shape.of(sizes.stream().mapToLong(Integer::longValue).toArray());
  }

  /** The mean, the mean of the absolute values, the first and the last element. */
  static double[] summary(TFloat32 t) {
    var values = new float[Math.toIntExact(t.size())];
    t.copyTo(DataBuffers.of(values));
    double sum = 0;
    double absolute = 0;
    for (float v : values) {
      sum += v;
      absolute += Math.abs(v);
    }
    return new double[]{sum / values.length, absolute / values.length, values[0], values[values.length - 1]};
  }
}
