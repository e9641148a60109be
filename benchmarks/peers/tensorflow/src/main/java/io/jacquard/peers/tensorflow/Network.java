package io.jacquard.peers.tensorflow;

import io.jacquard.peers.Numbers;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** The networks, with images channels-last as TensorFlow's CPU kernels want them, and the weights that all contestants have. */
interface Network {
  Operand<TFloat32> logits(Ops tf, Weights weights, Operand<TFloat32> x);

  static Network mlp(List<Integer> sizes) {
    return (tf, weights, x) -> {
      for (int i = 1; i < sizes.size(); i++) {
        if (i > 1) x = tf.nn.relu(x);
        x = linear(tf, weights, x, 2 * (i - 1), transposed(sizes.get(i), sizes.get(i - 1), 2 * (i - 1)),
            sizes.get(i - 1), sizes.get(i));
      }
      return x;
    };
  }

  /** PyTorch's MNIST example network without its dropout. */
  static Network cnn() {
    return (tf, weights, x) -> {
      x = tf.nn.relu(convolution(tf, weights, x, 0, 1, 32));
      x = tf.nn.relu(convolution(tf, weights, x, 2, 32, 64));
      var two = tf.constant(new int[]{1, 2, 2, 1});
      x = tf.reshape(tf.nn.maxPool(x, two, two, "VALID"), tf.constant(new int[]{-1, 9216}));
      x = tf.nn.relu(linear(tf, weights, x, 4, flattened(), 9216, 128));
      return linear(tf, weights, x, 6, transposed(10, 128, 6), 128, 10);
    };
  }

  private static Operand<TFloat32> linear(Ops tf, Weights weights, Operand<TFloat32> x, int stream,
      float[] weight,
      int in, int out) {
    var bias = Numbers.uniform(stream + 1, out, 1 / Math.sqrt(in));
    return tf.nn.biasAdd(tf.linalg.matMul(x, weights.parameter(tf, weight, List.of(in, out))),
        weights.parameter(tf, bias, List.of(out)));
  }

  private static Operand<TFloat32> convolution(Ops tf, Weights weights, Operand<TFloat32> x, int stream,
      int in,
      int out) {
    double bound = 1 / Math.sqrt(in * 9.0);
    var given = Numbers.uniform(stream, out * in * 9, bound); // [out, in, 3, 3]
    var values = new float[given.length]; // [3, 3, in, out]
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int at = 0; at < 9; at++) values[(at * in + i) * out + o] = given[(o * in + i) * 9 + at];
      }
    }
    Variable<TFloat32> kernel = weights.parameter(tf, values, List.of(3, 3, in, out));
    var bias = weights.parameter(tf, Numbers.uniform(stream + 1, out, bound), List.of(out));
    return tf.nn.biasAdd(tf.nn.conv2d(x, kernel, List.of(1L, 1L, 1L, 1L), "VALID"), bias);
  }

  /** [out, in] as [in, out]. */
  private static float[] transposed(int out, int in, int stream) {
    var given = Numbers.uniform(stream, out * in, 1 / Math.sqrt(in));
    var values = new float[given.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) values[i * out + o] = given[o * in + i];
    }
    return values;
  }

  /** The first linear layer after the images: its inputs are channel by channel, and come pixel by pixel here. */
  private static float[] flattened() {
    var given = transposed(128, 9216, 4);
    var values = new float[given.length];
    for (int channel = 0; channel < 64; channel++) {
      for (int pixel = 0; pixel < 144; pixel++) {
        System.arraycopy(given, (channel * 144 + pixel) * 128, values, (pixel * 64 + channel) * 128, 128);
      }
    }
    return values;
  }
}
