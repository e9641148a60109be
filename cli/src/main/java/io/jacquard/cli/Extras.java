package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.Nearest;
import io.jacquard.optim.OneCycle;
import io.jacquard.optim.ReduceOnPlateau;
import io.jacquard.optim.Schedule;
import io.jacquard.train.CSVLogger;
import io.jacquard.train.EarlyStopping;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.train.ModelCheckpoint;
import io.jacquard.train.ReduceLROnPlateau;
import io.jacquard.train.TensorBoard;
import io.jacquard.train.TerminateOnNaN;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a training does beside training, as options name it.
 *
 * @param monitor the value of the epochs that the others look at
 * @param earlyStopping its patience; null for none
 * @param reduceOnPlateau its patience; null for none
 * @param profile whether to measure where the time of a step goes
 */
record Extras(String monitor, @Nullable Integer earlyStopping, @Nullable Integer reduceOnPlateau,
    @Nullable String schedule, boolean saveBest, boolean tensorBoard, boolean terminateOnNaN,
    @Nullable Path csvLogger, boolean profile) {
  static final Extras NONE = new Extras("val_loss", null, null, null, false, false, false, null, false);
  static final List<String> SCHEDULES = List.of("constant", "exponential", "cosine", "one-cycle");

  /**
   * The fit with all of them but the schedule.
   *
   * @param told is told why a training ended early
   */
  Fit apply(Fit fit, RunFolder folder, Map<String, String> metadata, Consumer<String> told) {
    var with = fit;
    if (earlyStopping != null) with = with.callbacks(EarlyStopping.on(monitor).patience(earlyStopping));
    if (saveBest) with = with.callbacks(ModelCheckpoint.best(folder.best(), monitor).metadata(metadata));
    if (tensorBoard) with = with.callbacks(TensorBoard.in(folder.tensorBoard()).histograms().images());
    if (csvLogger != null) with = with.callbacks(new CSVLogger(csvLogger));
    return terminateOnNaN ? with.callbacks(new TerminateOnNaN(told)) : with;
  }

  /** Refuses, before an hour of training, a value to look at that the epochs will not have. */
  void requireMonitored(List<Metric> metrics) {
    if (earlyStopping == null && reduceOnPlateau == null && !saveBest) return;
    var known = Stream.concat(Stream.of("loss"), metrics.stream().map(Metric::name))
        .flatMap(name -> Stream.of(name, "val_" + name)).toList();
    if (!known.contains(monitor))
      throw new JacquardException("--monitor " + monitor + ": the epochs have no such value, expected one of "
          + String.join(", ", known) + "." + Nearest.hint(monitor, known));
  }

  /** Whether the rate moves as asked for here, instead of as the model's recipe says. */
  boolean movesRate() {
    return schedule != null || reduceOnPlateau != null;
  }

  /** The fit with the schedule that is asked for. */
  Fit paced(Fit fit, double gamma) {
    if (reduceOnPlateau != null) {
      boolean rises = EarlyStopping.on(monitor).larger();
      var plateau = (rises ? ReduceOnPlateau.max() : ReduceOnPlateau.min()).patience(reduceOnPlateau);
      return fit.callbacks(new ReduceLROnPlateau(plateau, monitor));
    }
    return switch (Objects.requireNonNull(schedule)) {
      case "constant" -> fit;
      case "cosine" -> fit.schedulePerStep(steps -> Schedule.cosine(steps));
      case "one-cycle" -> fit.schedulePerStep(steps -> OneCycle.of(steps));
      default -> fit.schedulePerEpoch(Schedule.exponential(gamma));
    };
  }
}
