import io.jacquard.Shape;
import io.jacquard.models.Generation;
import io.jacquard.models.Gpt;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.Sampler;
import io.jacquard.nn.Loss;
import io.jacquard.optim.AdamW;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;

/*
 * What attention is, and what it is good for: looking back. Each text here is eight random letters, written twice. Nothing
 * foretells the first eight; the second eight are known to whoever looks eight places back. A transformer learns to.
 */
int letters = 16;
int half = 8;

void main() {
  byHand();
  Generator.with(new Generator(42), () -> {
    var model = new Gpt(LanguageModelSizes.of(letters).layers(2).heads(2).width(32).context(2 * half));
    causal(model);
    learn(model);
    goOn(model);
  });
}

/** Scores of a query with each key, their softmax, and the values mixed by it. */
void byHand() {
  var query = Tensor.of(new float[][]{{1, 0}});
  var keys = Tensor.of(new float[][]{{2, 0}, {0, 2}, {1, 1}});
  var values = Tensor.of(new float[][]{{1}, {2}, {3}});
  var scores = query.matmul(keys.mT()).div(Math.sqrt(2));
  var weights = scores.softmax(1);
  var w = weights.toFloats();
  IO.println("weights: %.3f %.3f %.3f".formatted(w[0], w[1], w[2]));
  IO.println("mixture by hand: %.4f".formatted(weights.matmul(values).item()));
  IO.println(
      "scaledDotProductAttention: %.4f".formatted(query.scaledDotProductAttention(keys, values).item()));
}

/** No place sees what comes later, so all places of a text can be trained at once. */
void causal(Gpt model) {
  var one = Tensor.of(1L, 2L, 3L, 4L).unsqueeze(0);
  var other = Tensor.of(1L, 2L, 3L, 9L).unsqueeze(0);
  var difference = model.call(one).sub(model.call(other)).abs().max(0, 2).toFloats();
  for (int place = 0; place < 4; place++)
    IO.println("another letter at place 3 changes place %d: %s".formatted(place,
        difference[place] > 0 ? "yes" : "no"));
}

void learn(Gpt model) {
  var optimizer = AdamW.of(3e-3).over(model);
  var lossFn = Loss.crossEntropy();
  IO.println("nothing known: %.3f".formatted(Math.log(letters)));
  for (int step = 1; step <= 300; step++) {
    try (var _ = Scope.open()) {
      var text = texts(32);
      var logits = model.call(text.slice(1, 0, 2 * half - 1));
      var next = text.slice(1, 1, 2 * half);
      optimizer.zeroGrad();
      var loss = lossFn.of(logits.flatten(0, 1), next.flatten());
      loss.backward();
      optimizer.step();
      if (step == 1 || step % 100 == 0) {
        var first = lossFn.of(logits.slice(1, 0, half - 1).flatten(0, 1),
            next.slice(1, 0, half - 1).flatten());
        var second = lossFn.of(logits.slice(1, half - 1, 2 * half - 1).flatten(0, 1),
            next.slice(1, half - 1, 2 * half - 1).flatten());
        IO.println(
            "step %3d: first half %.3f, second half %.3f".formatted(step, first.item(), second.item()));
      }
    }
  }
}

/** So many texts of eight letters, each written twice. */
Tensor texts(int count) {
  var letter = Tensor.randint(0, letters, Shape.of(count, half));
  return Tensor.concat(1, letter, letter);
}

/** Reads a word and writes what follows; keys and values of what was read are kept, so a letter costs one place. */
void goOn(Gpt model) {
  int[] word = {3, 1, 4, 1, 5, 9, 2, 6};
  var written = new ArrayList<Integer>();
  new Generation(model, new Sampler(0, 0), new Generator(0)).from(word, half, written::add);
  IO.println("read " + Arrays.toString(word));
  IO.println("went on with " + written);
}
