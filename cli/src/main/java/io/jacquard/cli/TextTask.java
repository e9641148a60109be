package io.jacquard.cli;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.data.Dataset;
import io.jacquard.data.text.NextTokens;
import io.jacquard.data.text.RandomWindows;
import io.jacquard.data.text.TextFile;
import io.jacquard.data.text.Vocabulary;
import io.jacquard.models.LanguageModelSizes;
import io.jacquard.models.LanguageModels;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.AdamW;
import io.jacquard.optim.GradClip;
import io.jacquard.optim.Rule;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Evaluation;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import io.jacquard.nn.ModelSummary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What {@code jacquard train text} trains on: windows of a text, drawn at random; each character is to be predicted from
 * those before it in its window. The text's end is held back. An epoch is a number of steps.
 */
record TextTask(TrainSettings settings, Asked asked, Vocabulary vocabulary, LanguageModelSizes sizes,
    int[] training, int[] held, TextClock clock) implements Task {
  static final String NAME = "text";
  /** Steps after which the text's end is looked at. */
  static final int EVERY = 250;

  /**
   * What the command line says of it.
   *
   * @param sizes but for the vocabulary
   * @param steps of an epoch
   * @param minutes after which the training ends; 0 for no limit
   */
  record Asked(Path file, LanguageModelSizes sizes, int steps, double validation, double minutes) {}

  static TextTask load(TrainSettings settings, Asked asked) {
    var text = TextFile.read(asked.file);
    var vocabulary = Vocabulary.characters(text);
    var tokens = vocabulary.encode(text);
    int end = (int) Math.round(tokens.length * (1 - asked.validation));
    int context = asked.sizes.context();
    if (Math.min(end, tokens.length - end) <= context) {
      throw new JacquardException(asked.file + " has " + tokens.length + " characters, "
          + (tokens.length - end) + " of which are held back; expected more than " + context
          + " on either side, --context. Use a longer text, or a shorter context.");
    }
    var sizes = new LanguageModelSizes(vocabulary.size(), asked.sizes.layers(), asked.sizes.heads(),
        asked.sizes.width(), context, asked.sizes.dropout());
    return new TextTask(settings, asked, vocabulary, sizes, Arrays.copyOf(tokens, end),
        Arrays.copyOfRange(tokens, end, tokens.length), new TextClock(asked.minutes));
  }

  @Override
  public String describe() {
    return "Data: " + asked.file + " · " + Format.count(training.length)
        + " characters to train with, the last "
        + Format.count(held.length) + " to test with · " + vocabulary.size() + " different ones\n"
        + "Loss is in nats a character; an epoch is " + asked.steps + " steps of " + settings.batch()
        + " windows of " + sizes.context() + "; " + settings.epochs() * asked.steps + " steps in all"
        + clock.describe();
  }

  @Override
  public String source() {
    return asked.file.toString();
  }

  @Override
  public boolean generated() {
    return false;
  }

  @Override
  public String samples() {
    return "windows";
  }

  @Override
  public Module model() {
    return LanguageModels.named(settings.model(), sizes);
  }

  @Override
  public Shape sample() {
    return Shape.of(1, sizes.context());
  }

  @Override
  public ModelSummary summary(Module model) {
    try (var _ = Scope.open()) {
      return ModelSummary.of(model, Tensor.zeros(1, sizes.context()).to(DType.INT64));
    }
  }

  @Override
  public Rule rule(TrainSettings settings) {
    // As nanoGPT has it; of AdamW's own defaults the second beta and the decay are made for other tasks.
    return settings.optimizer().equals("adamw")
        ? AdamW.of(settings.lr()).withBetas(0.9, 0.99).withWeightDecay(0.1)
        : settings.rule();
  }

  @Override
  public Fit paced(Fit fit, TrainSettings settings) {
    return fit.accumulate(settings.plan().accumulate()).clip(GradClip.byNorm(1))
        .schedulePerStep(clock::schedule);
  }

  @Override
  public boolean isTimeOver() {
    return clock.isOver();
  }

  @Override
  public Loss loss() {
    return loss(sizes.vocabulary());
  }

  /** The cross-entropy of all positions of all windows together. */
  static Loss loss(int vocabulary) {
    return (logits, target) -> Loss.crossEntropy().of(logits.reshape(-1, vocabulary), target.reshape(-1));
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.sums("accuracy",
        (logits, target) -> logits.argmax(2).eq(target).to(DType.FLOAT32).mean(1).sum(),
        (sum, windows) -> sum[0] / windows));
  }

  @Override
  public int epochs() {
    return settings.epochs();
  }

  @Override
  public int batch() {
    return settings.batch();
  }

  @Override
  public Dataset train() {
    return new RandomWindows(training, sizes.context(), (long) asked.steps * settings.batch());
  }

  @Override
  public Fit watched(Fit fit) {
    return fit.validation(test());
  }

  @Override
  public Dataset test() {
    return NextTokens.of(held, sizes.context());
  }

  @Override
  public String details(Evaluation test) {
    return "";
  }

  @Override
  public Map<String, String> metadata() {
    return TextModel.metadata(settings.model(), sizes, vocabulary);
  }

  @Override
  public SequencedMap<String, Object> options() {
    var map = settings.toMap(settings.epochs(), settings.batch());
    map.remove("gamma");
    map.put("steps", settings.epochs() * asked.steps);
    map.put("validation", asked.validation);
    map.put("minutes", asked.minutes);
    map.putAll(sizes.toMap());
    return map;
  }
}
