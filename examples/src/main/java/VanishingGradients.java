import io.jacquard.Shape;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Sigmoid;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;
import java.util.function.Supplier;

/*
 * Why deep networks gave up the sigmoid. On its way back through a layer the gradient is multiplied by the activation's
 * slope. The sigmoid's is at most 1/4, so in ten layers little arrives at the first; ReLU's is 1 or 0.
 */
int depth = 10;
int width = 64;

void main() {
  var sigmoid = gradientNorms(Sigmoid::new);
  var relu = gradientNorms(ReLU::new);

  IO.println("layer    sigmoid       relu");
  for (int layer = 0; layer < depth; layer++)
    IO.println("%5d  %9.1e  %9.1e".formatted(layer + 1, sigmoid[layer], relu[layer]));
  IO.println("first/last: sigmoid %.0e, relu %.2f".formatted(
      sigmoid[0] / sigmoid[depth - 1], relu[0] / relu[depth - 1]));
}

/** The length of the gradient of each layer's weights, after one backward pass. */
double[] gradientNorms(Supplier<Module> activation) {
  var norms = new double[depth];
  Generator.with(new Generator(42), () -> {
    var layers = new ArrayList<Linear>();
    var model = new ArrayList<Module>();
    for (int i = 0; i < depth; i++) {
      layers.add(linear());
      model.add(layers.get(i));
      model.add(activation.get());
    }
    var x = normal(32, width);
    var wanted = normal(32, width);
    Loss.mse().of(Sequential.of(model).call(x), wanted).backward();
    for (int i = 0; i < depth; i++) norms[i] = Math.sqrt(layers.get(i).weight().grad().square().sum().item());
  });
  return norms;
}

/** Weights of variance 2/width keep ReLU's signals at their size (He et al. 2015). */
Linear linear() {
  var linear = new Linear(width, width);
  linear.weight().assign(normal(width, width).mul(Math.sqrt(2.0 / width)));
  linear.bias().assign(Tensor.zeros(width));
  return linear;
}

Tensor normal(int rows, int columns) {
  return Tensor.of(Generator.current().normal(rows * columns), Shape.of(rows, columns));
}
