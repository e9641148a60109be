import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Sigmoid;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Tensor;

/*
 * Backpropagation by hand, beside autograd. A network 784-128-10 of sigmoids with the mean squared error: we walk from
 * the loss back to the weights by the chain rule, and find what backward() finds.
 */
void main() {
  Generator.with(new Generator(42), this::lesson);
}

void lesson() {
  // Sixteen random pictures, and the digit that each is said to show.
  var x = Tensor.of(Generator.current().uniform(16 * 784, 0, 1), Shape.of(16, 784));
  var digits = Tensor.of(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3);
  var wanted = digits.oneHot(10).to(DType.FLOAT32);

  var hidden = new Linear(784, 128);
  var output = new Linear(128, 10);

  // ---- by autograd: two lines
  var model = Sequential.of(hidden, new Sigmoid(), output, new Sigmoid());
  Loss.mse().of(model.call(x), wanted).backward();

  // ---- by hand, forward: keep what the way back needs
  var w1 = hidden.weight().value().detach(); // [128, 784]; detached, so that nothing is recorded
  var b1 = hidden.bias().value().detach();
  var w2 = output.weight().value().detach(); // [10, 128]
  var b2 = output.bias().value().detach();
  var a1 = x.matmul(w1.mT()).add(b1).sigmoid(); // [16, 128]
  var a2 = a1.matmul(w2.mT()).add(b2).sigmoid(); // [16, 10]
  var difference = a2.sub(wanted);
  IO.println("loss %.6f".formatted(difference.square().mean().item()));

  // ---- by hand, backward
  // The loss is the mean of difference^2 over 16 * 10 numbers, so its derivative by a2 is
  var dLoss = difference.mul(2.0 / difference.numel());
  // Through the sigmoid, whose derivative is s * (1 - s). Leaving this out is the usual mistake.
  var delta2 = dLoss.mul(slope(a2));
  // Every picture adds its share to a weight: what came in (a1) times what is wanted of the sum (delta2).
  var dW2 = delta2.mT().matmul(a1);
  var db2 = delta2.sum(0);
  // What is wanted of the hidden neurons: the same weights, walked backwards, and their own sigmoid.
  var delta1 = delta2.matmul(w2).mul(slope(a1));
  var dW1 = delta1.mT().matmul(x);
  var db1 = delta1.sum(0);

  // ---- the same?
  compare("hidden weights", dW1, hidden.weight().grad());
  compare("hidden bias", db1, hidden.bias().grad());
  compare("output weights", dW2, output.weight().grad());
  compare("output bias", db2, output.bias().grad());

  // Without the sigmoid's derivative the direction is another one, and the step far too long.
  compare("output weights without it", dLoss.mT().matmul(a1), output.weight().grad());
}

/** The sigmoid's derivative, from its value. */
Tensor slope(Tensor s) {
  return s.mul(s.neg().add(1));
}

void compare(String name, Tensor byHand, Tensor byAutograd) {
  var difference = byHand.sub(byAutograd).abs().max().item() / byAutograd.abs().max().item();
  IO.println("%-26s %s, largest relative difference %.0e: %s".formatted(
      name, byHand.shape(), difference, difference < 1e-5 ? "equal" : "NOT equal"));
}
