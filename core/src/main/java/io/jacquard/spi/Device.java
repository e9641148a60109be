package io.jacquard.spi;

/**
 * A device that is open: what runs its work, and the memory it has handed out. Tensors carry theirs.
 *
 * <pre>{@code
 * var gpu = Backends.discover().open("cuda");
 * Device.with(gpu, () -> trainer.fit(data, Fit.epochs(5)));   // new tensors and modules go there
 * }</pre>
 *
 * <p>Outside of {@link #with}, the current device is the one named by the environment variable {@code
 * JACQUARD_BACKEND}, or else the one that {@code auto} chooses; it is opened at first use and stays open.
 */
public final class Device {
  private static final ScopedValue<Device> CURRENT = ScopedValue.newInstance();

  /** Opened at first use of a tensor outside of {@link #with}. */
  private static final class Default {
    static final Device DEVICE = Backends.discover()
        .open(System.getenv().getOrDefault("JACQUARD_BACKEND", Backends.AUTO));
  }

  private final Recorder backend;
  private CachingAllocator memory;

  public Device(Backend backend) {
    this.backend = new Recorder(backend);
    memory = new CachingAllocator(backend);
  }

  /** The device to which new tensors and modules go. */
  public static Device current() {
    return CURRENT.isBound() ? CURRENT.get() : Default.DEVICE;
  }

  /** Runs {@code body} with this as the current device. */
  public static void with(Device device, Runnable body) {
    ScopedValue.where(CURRENT, device).run(body);
  }

  /** As {@link #with(Device, Runnable)}, with a result, or with an exception of {@code body}'s own kind. */
  public static <T, X extends Throwable> T with(Device device, ScopedValue.CallableOp<? extends T, X> body)
      throws X {
    return ScopedValue.where(CURRENT, device).call(body);
  }

  public Backend backend() {
    return backend;
  }

  public CachingAllocator memory() {
    return memory;
  }

  /** Memory of this device that is kept apart, for {@link #record}. */
  public CachingAllocator separateMemory() {
    return new CachingAllocator(backend, memory);
  }

  /**
   * Runs {@code work} and notes the calls that it makes to the backend. Memory that it allocates comes from {@code pool},
   * which nothing else may use while the recording is replayed, because a replay writes to the same places.
   */
  public Recording record(CachingAllocator pool, Runnable work) {
    var recording = new Recording();
    var usual = memory;
    memory = pool;
    backend.into(recording);
    try {
      work.run();
      return recording;
    } finally {
      backend.into(null);
      memory = usual;
    }
  }

  public DeviceInfo info() {
    return backend.info();
  }

  /** How it is named on a command line: {@code cpu}, {@code opencl:1}. */
  public String name() {
    return info().name();
  }

  @Override
  public String toString() {
    return name();
  }
}
