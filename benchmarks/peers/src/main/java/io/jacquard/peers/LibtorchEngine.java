package io.jacquard.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** PyTorch's C++ library through its Java bindings: no Python, so nothing of Python's cost for each operation. */
public final class LibtorchEngine implements Engine {
  /** With {@code threads} that compute. */
  public LibtorchEngine(int threads) {
    torch.set_num_threads(threads);
  }

  @Override
  public String version() {
    var config = torch.show_config().getString();
    var version = config.replaceAll("(?s).*TORCH_VERSION=([^,]*),.*", "$1");
    return "libtorch " + version + " through its Java bindings";
  }

  static Tensor floats(int seed, double bound, long... sizes) {
    int count = 1;
    for (long size : sizes) count = Math.multiplyExact(count, Math.toIntExact(size));
    try (var values = new FloatPointer(Numbers.uniform(seed, count, bound))) {
      return torch.from_blob(values, sizes, new TensorOptions(ScalarType.Float)).clone();
    }
  }

  static Tensor labels(int seed, int count, int bound) {
    try (var values = new LongPointer(Numbers.labels(seed, count, bound))) {
      return torch.from_blob(values, new long[]{count}, new TensorOptions(ScalarType.Long)).clone();
    }
  }

  @Override
  public Optional<Task> prepare(Workload work) {
    return Optional.ofNullable(switch (work) {
      case Workload.Matmul w -> {
        var a = w.layout().equals("tn") ? floats(1, 1, w.k(), w.m()).t() : floats(1, 1, w.m(), w.k());
        var b = w.layout().equals("nt") ? floats(2, 1, w.n(), w.k()).t() : floats(2, 1, w.k(), w.n());
        yield values(w.repeats(), () -> torch.matmul(a, b));
      }
      case Workload.MlpStep w -> new LibtorchSteps(w, LibtorchSteps.STEPS);
      case Workload.Start _ -> new LibtorchSteps(new Workload.MlpStep(List.of(784, 128, 10), 64, "adam"), 3);
      case Workload.Op w -> op(w);
      case Workload.Inference w when w.model().equals("mlp") -> {
        var parameters = mlp(List.of(784, 128, 10));
        var x = floats(9, 1, 1, 784);
        yield values(w.repeats(), () -> forward(parameters, x));
      }
      case Workload.Inference _,Workload.CnnStep _,Workload.ResNetStep _,Workload.GptStep _,Workload.Convolution _ ->
        null;
    });
  }

  /** Weight and bias of each layer in turn; parameter {@code i} is stream {@code i}. */
  static List<Tensor> mlp(List<Integer> sizes) {
    var parameters = new ArrayList<Tensor>();
    for (int i = 1; i < sizes.size(); i++) {
      double bound = 1 / Math.sqrt(sizes.get(i - 1));
      parameters.add(floats(parameters.size(), bound, sizes.get(i), sizes.get(i - 1)));
      parameters.add(floats(parameters.size(), bound, sizes.get(i)));
    }
    return parameters;
  }

  static Tensor forward(List<Tensor> parameters, Tensor x) {
    for (int i = 0; i < parameters.size(); i += 2) {
      if (i > 0) x = torch.relu(x);
      x = torch.addmm(parameters.get(i + 1), x, parameters.get(i).t());
    }
    return x;
  }

  private static Task values(int repeats, Supplier<Tensor> make) {
    return Task.of(repeats, () -> {
      try (var _ = new PointerScope(); var _ = new NoGradGuard()) {
        var _ = make.get();
      }
    }, () -> {
      try (var _ = new PointerScope(); var _ = new NoGradGuard()) {
        return summary(make.get());
      }
    });
  }

  /** The gradient of a tensor's function, with respect to {@code x}. */
  private static Task gradient(Tensor x, Supplier<Tensor> loss) {
    x.set_requires_grad(true);
    Runnable pass = () -> {
      x.mutable_grad().reset();
      loss.get().backward();
    };
    return Task.of(1, () -> {
      try (var _ = new PointerScope()) {
        pass.run();
      }
    }, () -> {
      try (var _ = new PointerScope()) {
        pass.run();
        return summary(x.grad());
      }
    });
  }

  private static double[] summary(Tensor t) {
    var flat = t.detach().to(ScalarType.Double).contiguous().flatten();
    return new double[]{flat.mean().item_double(), flat.abs().mean().item_double(),
        flat.select(0, 0).item_double(),
        flat.select(0, flat.numel() - 1).item_double()};
  }

  private static Task op(Workload.Op w) {
    long n = w.sizes().getFirst();
    long m = w.sizes().getLast();
    return switch (w.op()) {
      case "gelu-fma" -> {
        var x = floats(1, 1, n);
        var weight = floats(2, 1, n);
        var bias = floats(3, 1, n);
        yield values(1, () -> torch.gelu(torch.addcmul(bias, x, weight)));
      }
      case "adam" -> {
        var p = floats(1, 1, n).set_requires_grad(true);
        torch.mul(p, floats(2, 1, n)).sum().backward(); // whose gradient is the other factor
        var optimizer = new Adam(new TensorVector(p), new AdamOptions(1e-3));
        yield Task.of(1, optimizer::step, () -> new double[]{0});
      }
      case "softmax-cross-entropy forward+backward" -> {
        var x = floats(1, 1, n, m);
        var labels = labels(2, (int) n, (int) m);
        yield gradient(x, () -> torch.cross_entropy_loss(x, labels));
      }
      case "softmax", "exp", "tanh", "sigmoid", "erf", "sum" -> {
        var x = w.sizes().size() == 2 ? floats(1, 1, n, m) : floats(1, 1, n);
        yield values(1, () -> switch (w.op()) {
          case "softmax" -> torch.softmax(x, 1);
          case "exp" -> torch.exp(x);
          case "tanh" -> torch.tanh(x);
          case "sigmoid" -> torch.sigmoid(x);
          case "erf" -> torch.erf(x);
          default -> torch.sum(x);
        });
      }
      case "transpose-copy" -> {
        var x = floats(1, 1, n, m).t();
        yield values(1, x::contiguous);
      }
      case "broadcast-add" -> {
        var x = floats(1, 1, n, m);
        var row = floats(2, 1, m);
        yield values(1, () -> torch.add(x, row));
      }
      case "add-one-element" -> {
        var x = floats(1, 1, 1);
        var y = floats(2, 1, 1);
        yield values(w.repeats(), () -> torch.add(x, y));
      }
      default -> null;
    };
  }
}
