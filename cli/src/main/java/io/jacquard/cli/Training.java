package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.inspect.Profiler;
import io.jacquard.io.AtomicFile;
import io.jacquard.io.ModelFile;
import io.jacquard.nn.Module;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.tensor.Where;
import io.jacquard.train.Checkpoints;
import io.jacquard.train.Epoch;
import io.jacquard.train.Evaluation;
import io.jacquard.train.Fit;
import io.jacquard.train.History;
import io.jacquard.train.LrFinder;
import io.jacquard.train.Metric;
import io.jacquard.train.Progress;
import io.jacquard.train.Trainer;
import io.jacquard.train.TrainingListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of {@code jacquard train}: from the data to the saved model, telling the user how it goes. */
final class Training {
  /** What is done with the loaded task instead of training, by who only wants to look at it. */
  static final ScopedValue<Consumer<Task>> INSTEAD = ScopedValue.newInstance();
  private static final Path RUNS = Path.of("runs");
  /** Signs of a curve in a line. */
  private static final int SPARKS = 40;

  private final TrainSettings settings;
  /** Loads the data to the current device. */
  private final Supplier<Task> load;
  private final Output output;
  private final List<Epoch> saved = new ArrayList<>();
  private final LossCurve curve = new LossCurve();
  private final List<String> pictures = new ArrayList<>();
  private boolean drawn;
  private int exitCode;
  /** Null unless it is asked for. */
  private @Nullable Profiler profiler;

  Training(TrainSettings settings, Supplier<Task> load, Output output) {
    this.settings = settings;
    this.load = load;
    this.output = output;
  }

  /** Runs it on the device that {@code open} gives; returns the exit code. */
  int run(Supplier<Backends.Choice> open) {
    if (INSTEAD.isBound()) {
      INSTEAD.get().accept(load.get());
      return 0;
    }
    requireWritable();
    var choice = open.get();
    var device = choice.device();
    settings.plan().numbers().on(device.info()); // refused before anything is said
    say(HeadLine.of(choice, settings.seed()));
    try (var _ = device.backend()) {
      Generator.with(new Generator(settings.seed()), () -> trainOn(device));
    }
    return exitCode;
  }

  private void trainOn(Device device) {
    if (!settings.keep().extras().profile()) {
      Device.with(device, this::train);
      return;
    }
    var measuring = new Profiler(device.backend());
    profiler = measuring;
    Where.tracked(() -> Device.with(new Device(measuring), this::train));
  }

  /** Who has trained for an hour must not hear then that nothing can be saved. */
  private void requireWritable() {
    var resume = settings.keep().resume();
    if (resume != null)
      RunFolder.again(resume).close();
    else
      if (settings.out() == null || settings.keep().findLr())
        AtomicFile.requireWritableFolder(RUNS);
      else
        RunFolder.at(settings.out()).close();
    var report = settings.report();
    if (report != null) {
      if (Files.isDirectory(report))
        throw new JacquardException("--report " + report + " is a folder, expected the name of a file.");
      AtomicFile.requireWritableFolder(Objects.requireNonNull(report.toAbsolutePath().getParent()));
    }
  }

  private void train() {
    var task = load.get();
    say(task.describe());
    var model = begin(task.model());
    var rule = task.rule(settings);
    var summary = task.summary(model).text(rule.getClass().getSimpleName(), rule.states().size());
    say("\n" + summary + "\n");
    var metrics = task.metrics();
    settings.keep().extras().requireMonitored(metrics);
    var trainer = Trainer.of(model).loss(task.loss()).optimizer(rule).mix(task.mix())
        .precision(settings.plan().numbers().on(Device.current().info()))
        .metric(metrics.toArray(Metric[]::new));
    if (settings.keep().findLr()) {
      findRate(trainer, task);
      return;
    }
    try (var stop = StopSignal.listen(); var folder = folder()) {
      var shown = TrainingListener.all(display(metrics.getFirst()), curve,
          new StepLog(folder.steps(), output::error),
          profiler == null ? TrainingListener.NONE : profiler.listener());
      var watch = new Watch(shown, stop, task, saved,
          epoch -> saveEpoch(epoch, model, task, folder));
      Resumption.note(folder, settings.keep().line());
      AtomicFile.write(folder.summary(), (summary + "\n").getBytes(StandardCharsets.UTF_8));
      var paced = task.watched(task.paced(Fit.epochs(task.epochs()).batchSize(task.batch()), settings));
      var fit = settings.keep().extras().apply(paced, folder, task.metadata(), output::error);
      var history = fit(trainer, task, fit.checkpoints(checkpoints(folder)).listener(watch), folder);
      // Before the test, so that nothing that happens there loses the model.
      save(model, history, task, folder);
      profiled(folder);
      if (stop.requested()) {
        conclude(history, null, task, folder);
        output.error("Stopped in epoch " + history.epochs().getLast().number()
            + ". What was learned so far is saved in " + folder.path() + ".\nTo go on: jacquard train "
            + settings.task() + " --resume " + folder.path());
        exitCode = stop.exitCode();
        return;
      }
      pictures.addAll(task.draw(model, folder));
      var test = trainer.evaluate(task.test());
      conclude(history, test, task, folder);
      result(history, test, task, folder);
    }
  }

  /** With the values of another model, and with some of them frozen, if so asked. */
  private Module begin(Module model) {
    var plan = settings.plan();
    if (plan.init() != null) say(Beginning.load(model, plan.init()));
    if (plan.freeze() != null) say(Beginning.freeze(model, plan.freeze()));
    return model;
  }

  /** Trains for a short time with a growing rate; nothing is saved but a picture. */
  private void findRate(Trainer trainer, Task task) {
    var found = LrFinder.find(trainer, task.train(), task.batch());
    var name = settings.task() + "-" + settings.model();
    var file = RUNS.resolve(name + "-lr-find.png");
    Charts.rates(file, name, found.rates(), found.losses(), found.suggestion());
    say("Loss " + Sparkline.of(found.losses(), SPARKS) + " at rates from "
        + Format.rate(found.rates()[0]) + " to "
        + Format.rate(found.rates()[found.rates().length - 1]));
    output.line("The loss falls fastest at --lr " + Format.rate(found.suggestion()) + ". See " + file + ".");
  }

  /** What ends it, such as a device that is lost, does not end what was learned before. */
  private History fit(Trainer trainer, Task task, Fit fit, RunFolder folder) {
    try {
      return trainer.fit(task.train(), fit);
    } catch (JacquardException e) {
      if (saved.isEmpty()) throw e;
      throw new JacquardException(e.getMessage() + " The model of epoch " + saved.getLast().number()
          + " is saved in " + folder.path() + ".", e);
    }
  }

  private void saveEpoch(Epoch epoch, Module model, Task task, RunFolder folder) {
    if (!epoch.complete()) return; // it was asked to stop, and is about to save
    // The checkpoint has all of it, and is forced to the disk; at the end these files are, too.
    AtomicFile.unforced(() -> {
      ModelFile.save(model, folder.model(), task.metadata());
      saved.add(epoch);
      HistoryFile.write(folder.history(), saved, task.samples());
    });
  }

  private void profiled(RunFolder folder) {
    if (profiler == null) return;
    TraceFile.write(folder.trace(), folder.path() + " on " + Device.current().name(), profiler.moments());
    output.line("\n" + ProfileTable.text(profiler) + "\n");
    pictures.add(RunFolder.TRACE);
  }

  private RunFolder folder() {
    var resume = settings.keep().resume();
    if (resume != null) return RunFolder.again(resume);
    var out = settings.out();
    return out == null ? RunFolder.next(RUNS, settings.task() + "-" + settings.model()) : RunFolder.at(out);
  }

  private Checkpoints checkpoints(RunFolder folder) {
    var checkpoints = Checkpoints.to(folder.checkpoint()).every(settings.keep().every());
    if (settings.keep().resume() == null) return checkpoints;
    if (Files.exists(folder.checkpoint())) return checkpoints.resume();
    say("The run " + folder.path() + " was interrupted before its first checkpoint: it begins anew.");
    return checkpoints;
  }

  private TrainingListener display(Metric metric) {
    if (settings.quiet()) return TrainingListener.NONE;
    return output.live() ? new ProgressLine(output, metric.name()) : new PlainLine(output);
  }

  private void save(Module model, History history, Task task, RunFolder folder) {
    ModelFile.save(model, folder.model(), task.metadata());
    HistoryFile.write(folder.history(), history.epochs(), task.samples());
    draw(history, folder);
  }

  /** A machine without fonts must not cost the test of what was learned. */
  private void draw(History history, RunFolder folder) {
    if (history.epochs().size() < 2) return; // of one epoch there is no curve
    try {
      Charts.curves(folder.curves(), String.valueOf(folder.path().getFileName()), history.epochs());
      drawn = true;
    } catch (LinkageError | InternalError | NullPointerException e) { // all that Java says where it finds
                                                                      // none
      output.error("jacquard: " + folder.curves() + " was not drawn, since Java cannot draw text here (" + e
          + "). Install fontconfig and a font, such as Debian's fonts-dejavu-core.");
    }
  }

  private void conclude(History history, @Nullable Evaluation test, Task task, RunFolder folder) {
    var report = new Report(history, test, task.metrics().stream().map(Metric::name).toList(), task.samples(),
        Device.current().info(), settings.seed(), folder.path());
    report.writeRun(folder.run(), settings.task(), task);
    if (settings.report() != null) report.write(settings.report());
  }

  private static String values(Evaluation test) {
    var values = new LinkedHashMap<>(test.metrics());
    values.put("loss", test.loss());
    return PlainLine.joined(values);
  }

  /** The rate without the first seconds, in which Java compiles; nothing if there was one epoch only. */
  private static String lastEpochRate(History history) {
    if (history.epochs().size() < 2) return "";
    return ", " + Format.count(history.epochs().getLast().samplesPerSecond()) + " in the last epoch";
  }

  private void result(History history, Evaluation test, Task task, RunFolder folder) {
    output.line("Test: " + values(test) + (task.generated() ? " (generated digits)" : ""));
    say(task.details(test));
    if (curve.values().length > 1) {
      var values = curve.values();
      say("Loss " + Sparkline.of(values, SPARKS) + " from " + Format.score(values[0]) + " to "
          + Format.score(values[values.length - 1]));
    }
    say(Format.count(history.samplesPerSecond()) + " " + task.samples() + "/s" + lastEpochRate(history)
        + " · step P50 " + Format.millis(history.stepMillis(0.5)) + "ms, P90 "
        + Format.millis(history.stepMillis(0.9)) + "ms");
    history.notReplayed()
        .ifPresent(why -> say("The steps were computed anew each time, which is slower: " + why));
    say("Saved in " + folder.path() + ": " + RunFolder.MODEL + ", " + RunFolder.HISTORY + ", "
        + RunFolder.RUN + (drawn ? ", " + RunFolder.CURVES : "")
        + String.join("", pictures.stream().map(name -> ", " + name).toList()));
    if (settings.report() != null) say("Report: " + settings.report());
  }

  private void say(String text) {
    if (!settings.quiet() && !text.isEmpty()) output.line(text);
  }

  /** Shows how it goes on, has each epoch's model saved, and hands on the wish to stop. */
  private record Watch(TrainingListener display, StopSignal stop, Task task,
      List<Epoch> saved,
      Consumer<Epoch> save) implements TrainingListener {
    @Override
    public void goesOn(List<Epoch> epochs) {
      saved.addAll(epochs);
      display.goesOn(epochs);
    }

    @Override
    public void epochBegins(int epoch, int epochs, long steps) {
      display.epochBegins(epoch, epochs, steps);
    }

    @Override
    public void stepDone(Progress progress) {
      display.stepDone(progress);
    }

    @Override
    public void epochDone(Epoch epoch) {
      display.epochDone(epoch);
      save.accept(epoch);
    }

    @Override
    public boolean wantsStop() {
      return stop.requested() || task.isTimeOver();
    }
  }
}
