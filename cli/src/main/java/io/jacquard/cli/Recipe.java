package io.jacquard.cli;

/**
 * What a network is trained with where the user says nothing else: as those did from whom it comes.
 *
 * @param lr the learning rate; 0 for what is usual for the optimizer
 * @param gamma the learning rate is multiplied by it after each epoch
 * @param oneCycle whether the rate rises and falls once over the whole run instead
 */
record Recipe(String model, int batch, String optimizer, double lr, double gamma, boolean oneCycle) {
  Recipe(String model, int batch, String optimizer, double lr, double gamma) {
    this(model, batch, optimizer, lr, gamma, false);
  }

  /** Of PyTorch's MNIST example for the network of that example; for most others Adam, on batches of 32. */
  static Recipe of(String model) {
    return switch (model) {
      case "cnn" -> new Recipe(model, 64, "adadelta", 0, 0.7);
      case "vit" -> new Recipe(model, 64, "adam", 2e-3, 0.7);
      case "lenet5" -> new Recipe(model, 64, "adam", 2e-3, 0.6);
      // A thousand layers move together: each by little.
      case "deep1001", "plain1001" -> new Recipe(model, 128, "adam", 1e-4, 1);
      case "autoencoder", "vae" -> new Recipe(model, 128, "adam", 0, 1);
      default -> new Recipe(model, 32, "adam", 0, 1);
    };
  }

  /** SGD with momentum and one cycle of the rate (Smith, Topin 2018); slower where no batch norm holds the scale. */
  static Recipe ofImages(String model) {
    boolean normed = model.startsWith("resnet") || model.endsWith("_bn");
    return new Recipe(model, 128, "momentum", normed ? 0.1 : 0.02, 1, true);
  }
}
