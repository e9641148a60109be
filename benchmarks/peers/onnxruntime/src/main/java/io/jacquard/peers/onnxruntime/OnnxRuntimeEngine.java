package io.jacquard.peers.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.jacquard.peers.Engine;
import io.jacquard.peers.Numbers;
import io.jacquard.peers.Task;
import io.jacquard.peers.Workload;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ONNX Runtime with all of its optimizations, through its own Java bindings. */
public final class OnnxRuntimeEngine implements Engine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final int threads;

  /** With {@code threads} that compute. */
  public OnnxRuntimeEngine(int threads) {
    this.threads = threads;
  }

  @Override
  public String version() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public Optional<Task> prepare(Workload work) {
    return Optional.ofNullable(switch (work) {
      case Workload.Inference w when w.model().equals("mlp") ->
        task(w.repeats(), mlp(), Numbers.uniform(9, 784, 1), 1, 784);
      case Workload.Inference w -> task(w.repeats(), cnn(), Numbers.uniform(9, 784, 1), 1, 1, 28, 28);
      case Workload.Op w when w.op().equals("softmax") -> {
        var model = new OnnxModel().node("Softmax", List.of("x"), "y", new OnnxModel.Int("axis", 1));
        int rows = w.sizes().getFirst();
        int columns = w.sizes().getLast();
        yield task(w.repeats(), model.bytes(w.sizes(), w.sizes()), Numbers.uniform(1, rows * columns, 1),
            rows,
            columns);
      }
      default -> null;
    });
  }

  private static byte[] mlp() {
    var model = new OnnxModel();
    linear(model, 0, "x", "a", 784, 128);
    model.node("Relu", List.of("a"), "b");
    linear(model, 2, "b", "y", 128, 10);
    return model.bytes(List.of(1, 784), List.of(1, 10));
  }

  /** PyTorch's MNIST example network without its dropout. */
  private static byte[] cnn() {
    var model = new OnnxModel();
    convolution(model, 0, "x", "a", 1, 32);
    model.node("Relu", List.of("a"), "b");
    convolution(model, 2, "b", "c", 32, 64);
    model.node("Relu", List.of("c"), "d");
    model.node("MaxPool", List.of("d"), "e", new OnnxModel.Ints("kernel_shape", List.of(2L, 2L)),
        new OnnxModel.Ints("strides", List.of(2L, 2L)));
    model.node("Flatten", List.of("e"), "f");
    linear(model, 4, "f", "g", 9216, 128);
    model.node("Relu", List.of("g"), "h");
    linear(model, 6, "h", "y", 128, 10);
    return model.bytes(List.of(1, 1, 28, 28), List.of(1, 10));
  }

  private static void linear(OnnxModel model, int stream, String from, String to, int in, int out) {
    double bound = 1 / Math.sqrt(in);
    model.initializer("w" + stream, Numbers.uniform(stream, out * in, bound), out, in);
    model.initializer("b" + stream, Numbers.uniform(stream + 1, out, bound), out);
    model.node("Gemm", List.of(from, "w" + stream, "b" + stream), to, new OnnxModel.Int("transB", 1));
  }

  private static void convolution(OnnxModel model, int stream, String from, String to, int in, int out) {
    double bound = 1 / Math.sqrt(in * 9.0);
    model.initializer("w" + stream, Numbers.uniform(stream, out * in * 9, bound), out, in, 3, 3);
    model.initializer("b" + stream, Numbers.uniform(stream + 1, out, bound), out);
    model.node("Conv", List.of(from, "w" + stream, "b" + stream), to,
        new OnnxModel.Ints("kernel_shape", List.of(3L, 3L)));
  }

  private Task task(int repeats, byte[] model, float[] values, long... sizes) {
    try {
      var options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      var session = environment.createSession(model, options);
      var x = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), sizes);
      var inputs = Map.of("x", x);
      return Task.of(repeats, () -> run(session, inputs).close(), () -> {
        try (var result = run(session, inputs)) {
          return summary(((OnnxTensor) result.get(0)).getFloatBuffer());
        }
      });
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OrtSession.Result run(OrtSession session, Map<String, OnnxTensor> inputs) {
    try {
      return session.run(inputs);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[] summary(FloatBuffer values) {
    double sum = 0;
    double absolute = 0;
    int count = values.remaining();
    for (int i = 0; i < count; i++) {
      sum += values.get(i);
      absolute += Math.abs(values.get(i));
    }
    return new double[]{sum / count, absolute / count, values.get(0), values.get(count - 1)};
  }
}
