package io.jacquard.examples;

import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.data.Mnist;
import io.jacquard.expr.Program;
import io.jacquard.data.text.Vocabulary;
import io.jacquard.inspect.Profiler;
import io.jacquard.inspect.SideBySide;
import io.jacquard.models.LanguageModel;
import io.jacquard.nn.Linear;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Optimizer;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import io.jacquard.train.Trainer;
import java.nio.file.Path;

/** What examples in Javadoc may use without saying where it comes from. */
@SuppressWarnings("NullAway") // examples are compiled, never run
public abstract class Given {
  protected Device device;
  protected Backend backend;
  protected BackendProvider provider;
  protected Program program;

  protected Tensor x;
  protected Tensor y;
  protected Tensor a;
  protected Tensor b;
  protected Tensor bias;
  protected Tensor images;
  protected Tensor labels;

  protected Module model;
  protected LanguageModel languageModel;
  protected Vocabulary vocabulary;
  protected Linear layer;
  protected Loss lossFn;
  protected Tensor loss;
  protected Optimizer optimizer;
  protected Trainer trainer;

  protected Dataset data;
  protected DataLoader loader;
  protected Mnist mnist;

  protected Profiler profiler;
  protected SideBySide sideBySide;

  protected Path path;
  protected Path folder;
}
