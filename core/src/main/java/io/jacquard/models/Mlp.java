package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.nn.Dropout;
import io.jacquard.nn.ELU;
import io.jacquard.nn.GELU;
import io.jacquard.nn.LeakyReLU;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Mish;
import io.jacquard.nn.Module;
import io.jacquard.nn.ReLU;
import io.jacquard.nn.SELU;
import io.jacquard.nn.Sequential;
import io.jacquard.nn.SiLU;
import io.jacquard.nn.Sigmoid;
import io.jacquard.nn.Softplus;
import io.jacquard.nn.Tanh;
import io.jacquard.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Linear layers one after the other, each but the last with an activation and dropout.
 *
 * <pre>{@code
 * var model = new Mlp(784, List.of(256, 128), 10, "gelu", 0.2).build(new Flatten());
 * }</pre>
 *
 * @param inputs numbers a sample
 * @param hidden sizes of the layers between inputs and outputs; none for a single linear layer
 * @param outputs numbers that it gives
 * @param activation one of {@link #activations}
 * @param dropout the share of a hidden layer's outputs that is dropped in training
 */
public record Mlp(int inputs, List<Integer> hidden, int outputs, String activation, double dropout) {
  private static final Map<String, Supplier<Module>> ACTIVATIONS = new LinkedHashMap<>();

  static {
    ACTIVATIONS.put("relu", ReLU::new);
    ACTIVATIONS.put("tanh", Tanh::new);
    ACTIVATIONS.put("sigmoid", Sigmoid::new);
    ACTIVATIONS.put("gelu", GELU::new);
    ACTIVATIONS.put("silu", SiLU::new);
    ACTIVATIONS.put("elu", ELU::new);
    ACTIVATIONS.put("selu", SELU::new);
    ACTIVATIONS.put("leaky_relu", LeakyReLU::new);
    ACTIVATIONS.put("mish", Mish::new);
    ACTIVATIONS.put("softplus", Softplus::new);
  }

  public Mlp {
    hidden = List.copyOf(hidden);
    if (!ACTIVATIONS.containsKey(activation)) {
      throw new JacquardException("There is no activation '" + activation + "', expected one of "
          + activations() + "." + Nearest.hint(activation, activations()));
    }
  }

  /** The names of activations. */
  public static Set<String> activations() {
    return ACTIVATIONS.keySet();
  }

  /** A new network with fresh weights, after layers that make samples ready, such as a {@code Flatten}. */
  public Module build(Module... before) {
    var layers = new ArrayList<>(List.of(before));
    var fresh = Objects.requireNonNull(ACTIVATIONS.get(activation));
    int size = inputs;
    for (int next : hidden) {
      layers.addAll(List.of(new Linear(size, next), fresh.get(), new Dropout(dropout)));
      size = next;
    }
    layers.add(new Linear(size, outputs));
    return Sequential.of(layers);
  }
}
