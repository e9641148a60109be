package io.jacquard.models;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.nn.Flatten;
import io.jacquard.nn.GRU;
import io.jacquard.nn.LSTM;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Module;
import io.jacquard.nn.Sequential;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Ready-made networks, by name; each call makes a new one with fresh weights.
 *
 * <pre>{@code
 * var model = Models.named("mlp");
 * }</pre>
 */
public final class Models {
  private static final Map<String, Supplier<Module>> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("mlp", Models::mlp);
    BY_NAME.put("softmax", Models::softmax);
    BY_NAME.put("cnn", Models::cnn);
    BY_NAME.put("vit", Models::vit);
    BY_NAME.put("lstm", Models::lstm);
    BY_NAME.put("gru", Models::gru);
    BY_NAME.put("lenet5", Models::lenet5);
    BY_NAME.put("deep1001", Models::deep1001);
    BY_NAME.put("plain1001", Models::plain1001);
    BY_NAME.put("autoencoder", Models::autoencoder);
    BY_NAME.put("vae", Models::vae);
  }

  private Models() {}

  /** The textbook's network for 28x28 digits: one hidden layer of 128, with dropout. */
  public static Module mlp() {
    return mlp(List.of(128), "relu");
  }

  /** The same with other hidden layers and another of {@link Mlp#activations}. */
  public static Module mlp(List<Integer> hidden, String activation) {
    return new Mlp(784, hidden, 10, activation, 0.2).build(new Flatten());
  }

  /** Softmax regression on 28x28 digits: one linear layer. */
  public static Module softmax() {
    return Sequential.of(new Flatten(), new Linear(784, 10));
  }

  /** The convolutional network of PyTorch's MNIST example, for 28x28 digits. */
  public static Module cnn() {
    return new MnistCnn();
  }

  /** A small vision transformer for 28x28 digits: 16 patches of 7x7, four blocks of width 64. */
  public static Module vit() {
    return new VisionTransformer(new VisionTransformer.Sizes(1, 28, 7, 4, 4, 64, 128, 0, 10));
  }

  /** An LSTM with a state of 128 that reads the 28 rows of a digit one after the other. */
  public static Module lstm() {
    return new RowReader(new LSTM(28, 128), 128);
  }

  /** As {@link #lstm}, of gated recurrent units. */
  public static Module gru() {
    return new RowReader(new GRU(28, 128), 128);
  }

  /** LeNet-5, for 28x28 digits. */
  public static Module lenet5() {
    return new LeNet5();
  }

  /** 1,001 layers of 32 neurons with residuals, for 28x28 digits; with checkpoints. */
  public static Module deep1001() {
    return DeepNetwork.of(1001, 32, true).checkpointed();
  }

  /** The same without residuals, which does not learn. */
  public static Module plain1001() {
    return DeepNetwork.of(1001, 32, false).checkpointed();
  }

  /** An autoencoder of 28x28 digits, by way of 32 numbers; it gives pictures as logits, not classes. */
  public static Module autoencoder() {
    return new Autoencoder(32);
  }

  /** A variational autoencoder of 28x28 digits, by way of 20 numbers. */
  public static Module vae() {
    return new VariationalAutoencoder(20);
  }

  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** @throws JacquardException with the nearest name, if there is no such model */
  public static Module named(String name) {
    var maker = BY_NAME.get(name);
    if (maker == null) {
      throw new JacquardException("There is no model '" + name + "', expected one of " + names() + "."
          + Nearest.hint(name, names()));
    }
    return maker.get();
  }
}
