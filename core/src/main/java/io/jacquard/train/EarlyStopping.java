package io.jacquard.train;

import io.jacquard.JacquardException;
import io.jacquard.nn.Module;
import io.jacquard.optim.Optimizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends a training when a value of its epochs has not improved for some time.
 *
 * <pre>{@code
 * var fit = Fit.epochs(100).validationSplit(0.1).callbacks(EarlyStopping.on("val_loss").patience(5));
 * }</pre>
 *
 * @param monitor the value of the epochs that it looks at: {@code val_loss}, {@code val_accuracy}
 * @param patience how many epochs in a row may pass without a better one; 0 unless said otherwise, as in Keras
 * @param minDelta by how much a value must be better to count; 0 unless said otherwise
 * @param larger whether larger is better; if nothing is said so it is for accuracy, precision, recall, F1, AUC and R2
 */
public record EarlyStopping(String monitor, int patience, double minDelta,
    boolean larger) implements Callback.Watching {
  public EarlyStopping {
    if (patience < 0)
      throw new JacquardException("EarlyStopping: patience is " + patience + ", expected 0 or more.");
    if (!(minDelta >= 0))
      throw new JacquardException("EarlyStopping: minDelta is " + minDelta + ", expected 0 or more.");
  }

  public static EarlyStopping on(String monitor) {
    return new EarlyStopping(monitor, 0, 0, Better.rises(monitor));
  }

  public EarlyStopping patience(int epochs) {
    return new EarlyStopping(monitor, epochs, minDelta, larger);
  }

  public EarlyStopping minDelta(double delta) {
    return new EarlyStopping(monitor, patience, delta, larger);
  }

  /** For a value whose name does not tell. */
  public EarlyStopping largerIsBetter(boolean larger) {
    return new EarlyStopping(monitor, patience, minDelta, larger);
  }

  @Override
  public TrainingListener watch(Module model, Optimizer optimizer) {
    var better = new Better(monitor, larger, minDelta);
    var epochs = new ArrayList<Epoch>();
    return new TrainingListener() {
      @Override
      public void goesOn(List<Epoch> before) {
        epochs.addAll(before);
      }

      @Override
      public void epochDone(Epoch epoch) {
        if (epoch.complete()) epochs.add(epoch);
      }

      @Override
      public boolean wantsStop() {
        return better.since(epochs) > patience;
      }
    };
  }
}
