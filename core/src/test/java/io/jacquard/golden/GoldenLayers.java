package io.jacquard.golden;

import io.jacquard.nn.Dropout;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.GELU;
import io.jacquard.nn.LeakyReLU;
import io.jacquard.nn.Linear;
import io.jacquard.nn.LogSoftmax;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.Sigmoid;
import io.jacquard.nn.Softmax;
import io.jacquard.nn.Tanh;
import java.util.ArrayList;

/** Layers and small networks by their state dicts: families/layers.py. */
final class GoldenLayers {
  private GoldenLayers() {}

  static void register(GoldenOps ops) {
    ops.add("Linear",
        r -> r.load(new Linear(r.integer("in"), r.integer("out"), r.flag("bias"))).call(r.in(0)));
    ops.add("mlp", r -> r.load(mlp(r)).call(r.in(0)));
    ops.add("images",
        r -> r.load(Sequential.of(new Flatten(), new Linear(16, 9), new ReLU(), new Dropout(0.5),
            new Linear(9, 10), new LogSoftmax(1))).call(r.in(0)));
    ops.add("shared", r -> {
      var layer = r.load(new Linear(6, 6));
      return layer.call(layer.call(r.in(0)).tanh());
    });
    ops.add("Dropout", r -> r.load(new Dropout(r.number("p"))).call(r.in(0)));
    ops.add("Softmax", r -> r.load(new Softmax(r.integer("dim"))).call(r.in(0)));
  }

  static Module mlp(GoldenRun r) {
    var sizes = r.integers("sizes");
    var modules = new ArrayList<Module>();
    for (int i = 1; i < sizes.length; i++) {
      if (i > 1) modules.add(activation(r.text("activation")));
      modules.add(new Linear(sizes[i - 1], sizes[i]));
    }
    return Sequential.of(modules);
  }

  private static Module activation(String name) {
    return switch (name) {
      case "ReLU" -> new ReLU();
      case "Tanh" -> new Tanh();
      case "Sigmoid" -> new Sigmoid();
      case "GELU" -> new GELU();
      case "LeakyReLU" -> new LeakyReLU();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
