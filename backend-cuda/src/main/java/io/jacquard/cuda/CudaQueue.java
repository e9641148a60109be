package io.jacquard.cuda;

import io.jacquard.JacquardException;
import io.jacquard.kernels.plan.Complaints;
import io.jacquard.kernels.plan.KernelBuffer;
import io.jacquard.kernels.plan.KernelMemory;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.DeviceLost;
import io.jacquard.spi.OutOfDeviceMemory;
import io.jacquard.tensor.Where;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A GPU's primary context with one stream, on which everything happens in order: memory, copies, launches. Every status is
 * checked here; an error names what was done, with its size.
 *
 * <p>CUDA's contexts belong to threads, so whenever another thread calls than the last time, the context becomes its own.
 * An error inside a kernel comes to light at some later call; then the names of the last launches are told, and {@link
 * #SYNCHRONOUS} finds the one. Such an error ends the context: nothing native is called any more, whatever is freed.
 *
 * <p>There is no shutdown hook: while a process ends, the driver may be gone already, and it cleans up by itself.
 */
final class CudaQueue implements KernelMemory, AutoCloseable {
  /** The system property by which each launch is waited for, so that an error names its kernel. */
  static final String SYNCHRONOUS = "jacquard.cuda.synchronous";
  private static final int REMEMBERED = 8;

  private final Driver driver;
  private final CudaDevice device;
  private final String name;
  private final boolean synchronous;
  private final long context;
  private final long stream;
  private final DeviceMemory memory;
  private final Staging staging;
  private final String[] launched = new String[REMEMBERED];
  private int launches;
  private @Nullable Thread owner;
  private boolean capturing;
  private @Nullable Complaints complaints;
  /** Buffers that graphs may still use. */
  private final List<KernelBuffer> retired = new ArrayList<>();
  private int graphs;
  private @Nullable String lost;

  CudaQueue(Driver driver, CudaDevice device, String name) {
    this.driver = driver;
    this.device = device;
    this.name = name;
    synchronous = Boolean.getBoolean(SYNCHRONOUS);
    var made = new long[1];
    check(driver.retainContext(device.ordinal(), made), "Opening the context", 0, "");
    context = made[0];
    enter();
    check(driver.createStream(made), "Making a stream", 0, "");
    stream = made[0];
    memory = new DeviceMemory(new DeviceMemory.Source() {
      @Override
      public long take(long bytes) {
        return takeSlab(bytes);
      }

      @Override
      public void give(long address) {
        check(driver.free(address), "Freeing memory", 0, "");
      }
    });
    staging = new Staging(driver, this);
  }

  long stream() {
    return stream;
  }

  CudaDevice device() {
    return device;
  }

  String name() {
    return name;
  }

  Driver driver() {
    return driver;
  }

  /** To be called first by whatever calls the driver: makes the context this thread's, unless it was lost. */
  void enter() {
    if (lost != null) throw new DeviceLost(lost);
    var thread = Thread.currentThread();
    // A virtual thread may have moved to another thread of the system.
    if (thread == owner && !thread.isVirtual()) return;
    check(driver.setContext(context), "Setting the context", 0, "");
    owner = thread;
  }

  /** What kernels refuse, read whenever the host waits. */
  Complaints complaints() {
    if (complaints == null) complaints = new Complaints(this);
    return complaints;
  }

  @Override
  public CudaBuffer allocate(long bytes) {
    if (bytes < 0) throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
    enter();
    refuseInCapture("allocating memory");
    long address = bytes > device.memory() ? 0 : memory.allocate(bytes);
    if (address == 0) throw outOfMemory(bytes);
    return new CudaBuffer(address, bytes);
  }

  private long takeSlab(long bytes) {
    var made = new long[1];
    int code = driver.allocate(bytes, made);
    if (code == Status.OUT_OF_MEMORY) return 0;
    check(code, "Allocating", bytes, "bytes");
    return made[0];
  }

  private OutOfDeviceMemory outOfMemory(long bytes) {
    var free = new long[2];
    driver.memory(free);
    return new OutOfDeviceMemory(String.format(Locale.ROOT,
        "%,d bytes do not fit: %s has %,d bytes, %,d of them free; tensors have %,d, in slabs of %,d together",
        bytes, device.name(), free[1], free[0], memory.usedBytes(), memory.slabBytes()));
  }

  /** Work that was given before may still use the memory: what comes after it is on the same stream. */
  @Override
  public void free(Buffer buffer) {
    if (lost == null) memory.free(((CudaBuffer) buffer).address());
  }

  @Override
  public void retire(KernelBuffer buffer) {
    if (graphs == 0)
      free(buffer);
    else
      retired.add(buffer);
  }

  /** Tells of a graph that was made: as long as there is one, what is retired keeps its place. */
  void graphMade() {
    graphs++;
  }

  /** Its kernels may have found something wrong. */
  void graphLaunched() {
    if (complaints != null) complaints.expect();
  }

  void graphGone() {
    if (--graphs > 0) return;
    retired.forEach(this::free);
    retired.clear();
  }

  /** Bytes that the driver would still give. */
  long freeBytes() {
    enter();
    var free = new long[2];
    check(driver.memory(free), "Asking for the free memory", 0, "");
    return free[0];
  }

  /** Bytes that are in use. */
  long usedBytes() {
    return memory.usedBytes();
  }

  /** Gives memory of which nothing is in use back to the driver, for other processes. */
  void trim() {
    enter();
    memory.trim();
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    checkInside("upload", to, offset, from.byteSize());
    enter();
    refuseInCapture("an upload of " + from.byteSize() + " bytes");
    staging.upload(from, ((CudaBuffer) to).address() + offset);
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    checkInside("download", from, offset, to.byteSize());
    enter();
    refuseInCapture("a download of " + to.byteSize() + " bytes");
    if (complaints != null) complaints.fetch();
    if (to.byteSize() == 0)
      finish();
    else
      staging.download(((CudaBuffer) from).address() + offset, to);
    if (complaints != null) complaints.raise();
  }

  @Override
  public void readLater(KernelBuffer from, MemorySegment to) {
    staging.readLater(((CudaBuffer) from).address(), to);
  }

  private static void checkInside(String op, Buffer buffer, long offset, long bytes) {
    if (offset < 0 || bytes > buffer.bytes() - offset) {
      throw new JacquardException(op + ": " + bytes + " bytes from byte " + offset
          + " on do not lie in a buffer of " + buffer.bytes() + " bytes.");
    }
  }

  @Override
  public void synchronize() {
    enter();
    refuseInCapture("waiting for the GPU");
    if (complaints != null) complaints.fetch();
    finish();
    if (complaints != null) complaints.raise();
  }

  /** Waits for all work. */
  void finish() {
    check(driver.synchronize(stream), "Waiting for the GPU", 0, "");
    staging.emptied();
  }

  /** Starts a kernel. Makes no garbage unless it fails. */
  void launch(String kernel, long function, int gridX, int gridY, int gridZ, int block, int sharedBytes,
      ArgumentBlock arguments) {
    enter();
    launched[launches++ & REMEMBERED - 1] = kernel;
    int code = driver.launch(function, gridX, gridY, gridZ, block, sharedBytes, stream, arguments);
    if (code == Status.SUCCESS) code = awaitIfAsked();
    if (code != Status.SUCCESS)
      throw failure(code, "Kernel " + kernel + " (grid " + gridX + " x " + gridY + " x " + gridZ + ", "
          + block + " threads, " + sharedBytes + " bytes of shared memory)" + spot(), synchronous);
  }

  /** Tells of work that a library has put on the stream, as if it were a kernel. */
  void started(String what) {
    launched[launches++ & REMEMBERED - 1] = what;
    int code = awaitIfAsked();
    if (code != Status.SUCCESS) throw failure(code, what + spot(), true);
  }

  private int awaitIfAsked() {
    return synchronous && !capturing ? driver.synchronize(stream) : Status.SUCCESS;
  }

  /** The operation and the layer, where someone keeps track of them. */
  private static String spot() {
    var spot = Where.spot();
    return spot.equals(Where.Spot.NOWHERE) ? "" : " of " + spot;
  }

  /** Notes what {@code work} does on the stream, and does not do it. The graph. */
  long capture(Runnable work) {
    enter();
    refuseInCapture("capturing a graph");
    check(driver.beginCapture(stream), "Beginning a capture", 0, "");
    capturing = true;
    var graph = new long[1];
    try {
      work.run();
    } catch (Throwable e) {
      capturing = false;
      if (lost == null && driver.endCapture(stream, graph) == Status.SUCCESS) driver.destroyGraph(graph[0]);
      throw e;
    }
    capturing = false;
    check(driver.endCapture(stream, graph), "Ending a capture", 0, "");
    return graph[0];
  }

  private void refuseInCapture(String doing) {
    if (capturing)
      throw new NotCaptured("While a graph is captured on " + name + ", " + doing + " is not possible.");
  }

  /** Throws if a status is an error, with what was done: {@code "An upload of", 12, "bytes"}. */
  void check(int code, String doing, long number, String what) {
    if (code != Status.SUCCESS)
      throw failure(code, what.isEmpty() ? doing
          : doing + " " + String.format(Locale.ROOT, "%,d", number) + " " + what, false);
  }

  private JacquardException failure(int code, String doing, boolean attributed) {
    var what = doing + " failed on " + name + " with " + Status.name(code);
    if (code == Status.OUT_OF_MEMORY) return new OutOfDeviceMemory(what);
    if (!Status.isSticky(code)) return new JacquardException(what + ".");
    var message = what + ". " + (attributed ? "" : recent())
        + "The GPU's context is lost: start again from the last checkpoint"
        + (attributed ? "." : ", with -D" + SYNCHRONOUS + "=true to learn which kernel it was.");
    lost = "The GPU's context was lost before: " + message;
    return new DeviceLost(message);
  }

  private String recent() {
    if (launches == 0) return "";
    var names = new StringBuilder("The last kernels were ");
    int first = Math.max(0, launches - REMEMBERED);
    for (int k = first; k < launches; k++)
      names.append(k == first ? "" : ", ").append(launched[k & REMEMBERED - 1]);
    return names.append(". ").toString();
  }

  /** Whether each launch is waited for. */
  boolean isSynchronous() {
    return synchronous;
  }

  /** Whether an error has ended the context. */
  boolean isLost() {
    return lost != null;
  }

  @Override
  public void close() {
    if (lost != null) return; // every call would only fail again
    enter();
    finish();
    if (complaints != null) complaints.close();
    staging.close();
    memory.trim();
    check(driver.destroyStream(stream), "Destroying the stream", 0, "");
    check(driver.releaseContext(device.ordinal()), "Closing the context", 0, "");
    lost = "The device " + name + " is closed.";
  }
}
