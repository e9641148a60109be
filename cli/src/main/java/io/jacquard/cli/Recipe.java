package io.jacquard.cli;

/**
 * What a network is trained with where the user says nothing else: as those did from whom it comes.
 *
 * @param gamma the learning rate is multiplied by it after each epoch
 */
record Recipe(String model, int batch, String optimizer, double gamma) {
  /** Of PyTorch's MNIST example for the network of that example; for all others Adam, on batches of 32. */
  static Recipe of(String model) {
    return model.equals("cnn") ? new Recipe(model, 64, "adadelta", 0.7) : new Recipe(model, 32, "adam", 1);
  }
}
