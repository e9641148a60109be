import io.jacquard.nn.Linear;
import io.jacquard.tensor.Tensor;

/*
 * A neuron, of which all networks are made. It weighs its inputs, adds a bias, and squashes the sum into a number
 * between 0 and 1. First by hand, then as the layer that does the same for many neurons at once.
 */
void main() {
  var inputs = Tensor.of(0.5f, 0.9f, 0.2f);
  var weights = Tensor.of(0.4f, 0.7f, 0.1f);
  var bias = -0.3;

  // 0.5 * 0.4 + 0.9 * 0.7 + 0.2 * 0.1 - 0.3
  var sum = inputs.mul(weights).sum().add(bias);
  IO.println("weighted sum and bias: %.2f".formatted(sum.item()));

  // The sigmoid, 1 / (1 + exp(-x)), turns any number into one between 0 and 1.
  var output = sum.sigmoid();
  IO.println("sigmoid(%.2f) = %.3f".formatted(sum.item(), output.item()));

  // This example is often told with 0.633 as its result. With two more digits one sees that it is not.
  IO.println("with more digits: %.5f, so 0.633 is a slip".formatted(output.item()));

  // A linear layer is a row of such neurons; here a row of one, with our weights instead of random ones.
  var layer = new Linear(3, 1);
  layer.weight().assign(weights.reshape(1, 3));
  layer.bias().assign(Tensor.of((float) bias));
  IO.println("as a layer: %.3f".formatted(layer.call(inputs).sigmoid().item()));
}
