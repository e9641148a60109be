package io.jacquard.cli;

import io.jacquard.Shape;
import io.jacquard.data.Batch;
import io.jacquard.data.Dataset;
import io.jacquard.data.Digits;
import io.jacquard.data.image.ImageGrid;
import io.jacquard.models.Autoencoder;
import io.jacquard.models.VariationalAutoencoder;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.spi.Device;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Evaluation;
import io.jacquard.train.Fit;
import io.jacquard.train.Metric;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What {@code jacquard train mnist} trains autoencoders on: digits that are their own targets. The run's folder gets
 * pictures: digits with their reconstructions, and digits that nobody wrote.
 *
 * @param digits the task of telling digits apart, of the same settings and data
 */
record AutoencoderTask(MnistTask digits) implements Task {
  static final Set<String> MODELS = Set.of("autoencoder", "vae");
  static final String RECONSTRUCTIONS = "reconstructions.png";
  static final String SAMPLES = "samples.png";
  private static final int SHOWN = 16;
  private static final int DRAWN = 64;

  /** Digits beside themselves, as rows of pixels. */
  private record OwnTargets(Dataset of) implements Dataset {
    @Override
    public long size() {
      return of.size();
    }

    @Override
    public Device device() {
      return of.device();
    }

    @Override
    public Batch batch(Tensor index) {
      var x = of.batch(index).x();
      return new Batch(x, x.flatten(1));
    }
  }

  @Override
  public String describe() {
    return digits.describe();
  }

  @Override
  public String source() {
    return digits.source();
  }

  @Override
  public boolean generated() {
    return digits.generated();
  }

  @Override
  public String samples() {
    return digits.samples();
  }

  @Override
  public Module model() {
    return digits.model();
  }

  @Override
  public Shape sample() {
    return digits.sample();
  }

  private boolean isVariational() {
    return digits.settings().model().equals("vae");
  }

  /** Cross-entropy of a pixel; of a variational one, nats a picture. */
  @Override
  public Loss loss() {
    return isVariational() ? VariationalAutoencoder.objective() : Loss.bceWithLogits();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.sums("mse",
        (prediction, pixels) -> prediction.slice(1, 0, Digits.PIXELS).sigmoid().sub(pixels).square().mean(1)
            .sum(),
        (sum, images) -> sum[0] / images));
  }

  @Override
  public int epochs() {
    return digits.epochs();
  }

  @Override
  public int batch() {
    return digits.batch();
  }

  @Override
  public Dataset train() {
    return new OwnTargets(digits.train());
  }

  @Override
  public Fit watched(Fit fit) {
    return digits.watched(fit);
  }

  @Override
  public Dataset test() {
    return new OwnTargets(digits.test());
  }

  @Override
  public String details(Evaluation test) {
    return "";
  }

  @Override
  public List<String> draw(Module model, RunFolder folder) {
    model.eval();
    try (var _ = Scope.open(); var _ = GradMode.noGrad()) {
      long known = Math.min(1000, digits.test().size());
      var some = digits.test().batch(Tensor.arange(known)).x();
      var shown = some.slice(0, 0, Math.min(SHOWN, known));
      var again = switch (model) {
        case VariationalAutoencoder it -> it.reconstruct(shown);
        default -> model.call(shown);
      };
      var drawn = switch (model) {
        case VariationalAutoencoder it -> it.decode(Tensor.randn(DRAWN, it.codeSize()));
        case Autoencoder it -> it.decode(it.drawCodes(DRAWN, some));
        default -> throw new IllegalStateException("no autoencoder: " + model);
      };
      ImageGrid.write(folder.path().resolve(RECONSTRUCTIONS),
          Tensor.concat(0, shown, again.sigmoid().reshape(shown.shape())), (int) shown.size(0));
      ImageGrid.write(folder.path().resolve(SAMPLES),
          drawn.sigmoid().reshape(DRAWN, 1, Digits.SIDE, Digits.SIDE), 8);
    }
    return List.of(RECONSTRUCTIONS, SAMPLES);
  }

  @Override
  public Map<String, String> metadata() {
    return digits.metadata();
  }

  @Override
  public SequencedMap<String, Object> options() {
    return digits.options();
  }
}
