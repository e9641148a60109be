import io.jacquard.tensor.Tensor;

/*
 * A perceptron learns the logical AND from its truth table (Rosenblatt 1958). It answers 1 if its weighted sum is above
 * 0, and learns only from mistakes: each one moves the weights towards the answer that was wanted.
 */
void main() {
  var inputs = Tensor.of(new float[][]{{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  var wanted = new double[]{0, 0, 0, 1};

  var weights = Tensor.of(0f, 0f);
  var bias = 0.0;

  for (int epoch = 1, mistakes = -1; mistakes != 0; epoch++) {
    mistakes = 0;
    for (int i = 0; i < wanted.length; i++) {
      var x = inputs.select(0, i);
      var error = wanted[i] - answer(x, weights, bias); // 1: too low, -1: too high, 0: right
      if (error != 0) {
        weights = weights.add(x.mul(error));
        bias += error;
        mistakes++;
      }
    }
    IO.println("epoch %d, mistakes: %d".formatted(epoch, mistakes));
  }

  IO.println("weights %.0f and %.0f, bias %.0f".formatted(
      weights.select(0, 0).item(), weights.select(0, 1).item(), bias));
  for (int i = 0; i < wanted.length; i++) {
    var x = inputs.select(0, i);
    var bits = x.toFloats();
    IO.println("%.0f AND %.0f = %.0f".formatted(bits[0], bits[1], answer(x, weights, bias)));
  }
}

double answer(Tensor x, Tensor weights, double bias) {
  return x.mul(weights).sum().item() + bias > 0 ? 1 : 0;
}
