import static java.util.stream.Collectors.joining;

import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Tensor;

/*
 * What a layer does to its sums. Without an activation between them, two linear layers are one linear layer; with one,
 * they are more. The usual ones side by side, and below their slopes: learning multiplies by these.
 */
void main() {
  table("value", points());
  IO.println("");
  table("slope", points().requiresGrad());
}

Tensor points() {
  return Tensor.of(-3f, -2f, -1f, -0.5f, 0f, 0.5f, 1f, 2f, 3f);
}

void table(String what, Tensor x) {
  var columns = new LinkedHashMap<String, Tensor>();
  columns.put("sigmoid", x.sigmoid());
  columns.put("tanh", x.tanh());
  columns.put("relu", x.relu());
  columns.put("leaky", x.leakyRelu(0.01));
  columns.put("gelu", x.gelu());

  // Each value depends on its own point alone, so the gradient of their sum holds the slope at every point.
  if (what.equals("slope")) columns.replaceAll((_, y) -> Gradients.of(y.sum(), x));

  IO.println("%6s%s".formatted("x", columns.keySet().stream().map("%9s"::formatted).collect(joining())));
  for (int i = 0; i < x.size(0); i++) {
    long row = i;
    IO.println("%6.1f%s".formatted(x.select(0, row).item(), columns.values().stream()
        .map(y -> "%9.4f".formatted(y.select(0, row).item())).collect(joining())));
  }
}
