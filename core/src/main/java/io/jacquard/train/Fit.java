package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.data.Dataset;
import org.jspecify.annotations.Nullable;

/**
 * How long and in what portions to train.
 *
 * <pre>{@code
 * trainer.fit(data, Fit.epochs(5).batchSize(32).validationSplit(0.1));
 * }</pre>
 *
 * @param epochs walks over the training data
 * @param batchSize samples a step; 32 unless said otherwise
 * @param validationSplit the share of the samples, from the end of the data set, that is held back and only evaluated
 * @param validation other data to evaluate after each epoch; null for none
 * @param listener is told how the training goes on, and may stop it
 */
public record Fit(int epochs, int batchSize, double validationSplit, @Nullable Dataset validation,
    TrainingListener listener) {
  public Fit {
    if (epochs < 1) throw new JacquardException("Fit: epochs is " + epochs + ", expected 1 or more.");
    if (batchSize < 1)
      throw new JacquardException("Fit: batchSize is " + batchSize + ", expected 1 or more.");
    if (!(validationSplit >= 0 && validationSplit < 1)) {
      throw new JacquardException(
          "Fit: validationSplit is " + validationSplit + ", expected a share from 0 to below 1.");
    }
    if (validationSplit > 0 && validation != null) {
      throw new JacquardException("Fit: validationSplit is " + validationSplit
          + " and there is a validation set too, expected one of the two.");
    }
  }

  public static Fit epochs(int epochs) {
    return new Fit(epochs, 32, 0, null, TrainingListener.NONE);
  }

  public Fit batchSize(int batchSize) {
    return new Fit(epochs, batchSize, validationSplit, validation, listener);
  }

  public Fit validationSplit(double share) {
    return new Fit(epochs, batchSize, share, validation, listener);
  }

  public Fit validation(Dataset data) {
    return new Fit(epochs, batchSize, validationSplit, data, listener);
  }

  public Fit listener(TrainingListener listener) {
    return new Fit(epochs, batchSize, validationSplit, validation, listener);
  }
}
