import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Sigmoid;
import io.jacquard.nn.Tanh;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/*
 * Why networks have hidden layers. One neuron draws one straight line, and no straight line has XOR's ones on one side
 * and its zeros on the other (Minsky, Papert 1969). Four hidden neurons draw four lines, and one more combines them.
 */
void main() {
  Generator.with(new Generator(42), () -> {
    learn("One neuron", Sequential.of(new Linear(2, 1), new Sigmoid()));
    learn("2-4-1", Sequential.of(new Linear(2, 4), new Tanh(), new Linear(4, 1), new Sigmoid()));
  });
}

void learn(String name, Module model) {
  var inputs = Tensor.of(new float[][]{{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  var wanted = Tensor.of(new float[][]{{0}, {1}, {1}, {0}});
  var lossFn = Loss.bce();
  var optimizer = Adam.of(0.05).over(model);

  IO.println(name);
  for (int step = 1; step <= 400; step++) {
    try (var _ = Scope.open()) { // frees what a step computes
      optimizer.zeroGrad();
      var loss = lossFn.of(model.call(inputs), wanted);
      loss.backward();
      optimizer.step();
      if (step % 100 == 0) IO.println("  step %d: loss %.4f".formatted(step, loss.item()));
    }
  }

  var answers = model.call(inputs).toFloats();
  var bits = inputs.toFloats();
  for (int i = 0; i < answers.length; i++) {
    IO.println("  %.0f XOR %.0f = %.2f".formatted(bits[2 * i], bits[2 * i + 1], answers[i]));
  }
}
