package io.jacquard.cli.bench;

import static java.util.Objects.requireNonNull;

import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import io.jacquard.train.Precision;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A device that takes part.
 *
 * <pre>{@code
 * var cpu = new Contender(Backends.discover().open("cpu"));
 * }</pre>
 */
public record Contender(Device device) {
  public String name() {
    return device.name();
  }

  /** The workload, ready there; with the same random numbers on every device. */
  public Work prepare(Workload workload, Precision precision) {
    var generator = new Generator(1);
    var work = on(generator, () -> workload.maker().make(precision));
    return new Work() {
      @Override
      public double nanos(int times) {
        return on(generator, () -> work.nanos(times));
      }

      @Override
      public int most() {
        return work.most();
      }

      @Override
      public boolean isCompiled() {
        return !device.backend().isPreparing();
      }

      @Override
      public int pieces() {
        return work.pieces();
      }

      @Override
      public float[] result() {
        return on(generator, work::result);
      }

      @Override
      public void close() {
        on(generator, () -> {
          work.close();
          return true;
        });
      }
    };
  }

  private <T> T on(Generator generator, Supplier<T> body) {
    var result = new AtomicReference<T>();
    Device.with(device, () -> Generator.with(generator, () -> result.set(body.get())));
    return requireNonNull(result.get());
  }
}
