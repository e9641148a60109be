import io.jacquard.Shape;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.nn.Recurrent;
import io.jacquard.nn.RNN;
import io.jacquard.optim.Adam;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/*
 * Why recurrent networks have gates. A sequence of noise, in which only the first number counts: was it +1 or -1? Whoever
 * answers at the end must have kept it. A plain network multiplies its memory by the same matrix in each step, and what it
 * saw first fades. An LSTM has a second state, c, that is only multiplied by a gate: while the gate is near 1, nothing fades.
 */
int steps = 20;
int hidden = 16;

/** Reads a sequence [steps, N, 1] and answers with a score for each sample, [N]: above 0 for +1. */
static class Reader extends Module {
  final Recurrent memory;
  final Linear answer;

  Reader(Recurrent memory, int hidden) {
    this.memory = add("memory", memory);
    answer = add("answer", new Linear(hidden, 1));
  }

  @Override
  protected Tensor forward(Tensor x) {
    var last = memory.call(x).select(0, -1); // the state after the last step
    return answer.call(last).squeeze(1);
  }
}

void main() {
  Generator.with(new Generator(42), this::lesson);
}

void lesson() {
  var plain = new RNN(1, hidden);
  var lstm = new LSTM(1, hidden);
  // Gates begin half open. A bias of 1 for the forget gate, the second of four, opens it wider (Jozefowicz et
  // al. 2015).
  var bias = lstm.namedParameters().get("bias_ih_l0");
  bias.assign(Tensor.concat(0, Tensor.zeros(hidden), Tensor.ones(hidden), Tensor.zeros(2 * hidden)));

  IO.println("gradient of the answer by the first input: plain %.1e, LSTM %.1e".formatted(
      reach(plain), reach(lstm)));
  learn("LSTM", new Reader(lstm, hidden));

  // A long sequence can be read in parts: the state is handed on.
  try (var _ = Scope.open()) {
    var x = noise(1, +1);
    var whole = lstm.call(x, null, null);
    var first = lstm.call(x.slice(0, 0, 10), null, null);
    var second = lstm.call(x.slice(0, 10, steps), first.state(), null);
    var difference = whole.state().h().sub(second.state().h()).abs().max().item();
    IO.println("read in two parts, the state differs by %.0e".formatted(difference));
  }
}

/** How much a change of the first number changes the last state. */
double reach(Recurrent memory) {
  try (var _ = Scope.open()) {
    var x = noise(64, +1).requiresGrad();
    memory.call(x).select(0, -1).sum().backward();
    return x.grad().select(0, 0).abs().mean().item();
  }
}

void learn(String name, Module model) {
  var optimizer = Adam.of(0.01).over(model);
  for (int step = 1; step <= 200; step++) {
    try (var _ = Scope.open()) {
      var x = Tensor.concat(1, noise(32, +1), noise(32, -1));
      var wanted = Tensor.concat(0, Tensor.ones(32), Tensor.zeros(32));
      var score = model.call(x);
      var loss = Loss.bceWithLogits().of(score, wanted);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      if (step % 40 == 0) {
        double right = score.gt(0).to(wanted.dtype()).eq(wanted).to(wanted.dtype()).mean().item();
        IO.println("%s, step %3d: loss %.4f, right %.2f".formatted(name, step, loss.item(), right));
      }
    }
  }
}

/** Sequences that begin with a given number, then go on at random: [steps, samples, 1]. */
Tensor noise(int samples, double first) {
  var rest = Tensor.of(Generator.current().uniform((steps - 1) * samples, -1, 1),
      Shape.of(steps - 1, samples, 1));
  return Tensor.concat(0, Tensor.ones(1, samples, 1).mul(first), rest);
}
