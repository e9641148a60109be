package io.jacquard.benchmarks;

import io.jacquard.data.DataLoader;
import io.jacquard.data.Dataset;
import io.jacquard.models.Models;
import io.jacquard.nn.Loss;
import io.jacquard.nn.Module;
import io.jacquard.optim.Adam;
import io.jacquard.optim.Optimizer;
import io.jacquard.tensor.Scope;
import io.jacquard.train.Fit;
import io.jacquard.train.History;
import io.jacquard.train.Trainer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/**
 * A training step of the network 784-128-10 with dropout and Adam, from gathering the batch to the loss on the host:
 * written by hand, where each operation is dispatched and taped, and as {@link Trainer} replays it. The difference is what
 * the host's own work costs.
 */
public class TrainingStep extends OnDevice {
  private static final int STEPS = 500;

  @Param({"32", "64"})
  public int batch;

  private final Loss lossFn = Loss.crossEntropy();
  private Dataset data;
  private DataLoader loader;
  private DataLoader.Walk walk;
  private Module model;
  private Optimizer optimizer;
  private Trainer trainer;

  @Override
  void prepare() {
    data = ManyDigits.of(STEPS * batch);
    loader = DataLoader.shuffled(data, batch);
    walk = loader.iterator();
    model = Models.mlp();
    optimizer = Adam.of(1e-3).over(model);
    trainer = Trainer.of(Models.mlp()).optimizer(Adam.of(1e-3));
  }

  @Benchmark
  public double eager() {
    if (!walk.hasNext()) walk = loader.iterator();
    try (var _ = Scope.open()) {
      var samples = walk.nextInScope();
      optimizer.zeroGrad();
      var loss = lossFn.of(model.call(samples.x()), samples.y());
      loss.backward();
      optimizer.step();
      return loss.item();
    }
  }

  /** The mean over an epoch of {@value #STEPS} steps, of which the first three are not replayed yet. */
  @Benchmark
  @OperationsPerInvocation(STEPS)
  public History replayed() {
    var history = trainer.fit(data, Fit.epochs(1).batchSize(batch));
    history.notReplayed().ifPresent(reason -> {
      throw new IllegalStateException("the steps were not replayed: " + reason);
    });
    return history;
  }

  @Override
  public void close() {
    walk.close();
    super.close();
  }
}
