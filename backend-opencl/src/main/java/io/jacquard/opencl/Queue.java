package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.kernels.plan.Complaints;
import io.jacquard.kernels.plan.KernelBuffer;
import io.jacquard.kernels.plan.KernelMemory;
import io.jacquard.spi.Buffer;
import io.jacquard.spi.DeviceLost;
import io.jacquard.spi.OutOfDeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jspecify.annotations.Nullable;

/**
 * A context with one in-order queue: memory, and copies between host and device.
 *
 * <p>Uploads return at once: what they copy waits in a staging area of the host, which is used up front to back and starts
 * anew whenever the queue is known to be empty.
 */
final class Queue implements KernelMemory, AutoCloseable {
  private static final long STAGING = 8L << 20;
  private static final int LAUNCHES_BEFORE_FLUSH = 32;

  final ClDevice device;
  final String name;
  final cl_context context;
  /** What kernels refuse, read whenever the host waits. */
  final Complaints complaints;
  private final cl_command_queue queue;
  private final long handle;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment staging = arena.allocate(STAGING, 64);
  private final Cl cl;
  private final @Nullable Profile profile;
  /** What ended the device's work; null while it works. */
  private @Nullable DeviceLost lost;
  private long staged;
  private long liveBytes;
  private int unflushed;
  private int frees;

  Queue(ClDevice device, String name) {
    this(device, name, Cl.NATIVE, null);
  }

  /** @param profile what is told how long each kernel takes; null for nothing */
  @SuppressWarnings("deprecation") // clCreateCommandQueue: what came after it asks for OpenCL 2.0
  Queue(ClDevice device, String name, Cl cl, @Nullable Profile profile) {
    this.device = device;
    this.name = name;
    this.cl = cl;
    this.profile = profile;
    Requirements.check(device, name);
    try {
      var properties = new cl_context_properties();
      properties.addProperty(CL.CL_CONTEXT_PLATFORM, device.platform());
      context = CL.clCreateContext(properties, 1, new cl_device_id[]{device.id()}, null, null, null);
      queue = CL.clCreateCommandQueue(context, device.id(),
          profile == null ? 0 : CL.CL_QUEUE_PROFILING_ENABLE,
          null);
    } catch (CLException e) {
      throw Failure.of(e.getStatus(), name, "Opening the device");
    }
    handle = queue.getNativePointer();
    complaints = new Complaints(this);
  }

  @Override
  public ClBuffer allocate(long bytes) {
    if (bytes < 0) throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
    if (bytes > device.largestBuffer())
      throw new OutOfDeviceMemory(String.format(Locale.ROOT,
          "%s gives no buffer of more than %,d bytes, and %,d were asked for", name, device.largestBuffer(),
          bytes));
    if (bytes > device.memory() - liveBytes)
      throw new OutOfDeviceMemory(
          String.format(Locale.ROOT, "%,d of the %,d bytes of %s are allocated", liveBytes,
              device.memory(), name));
    try {
      var memory = CL.clCreateBuffer(context, CL.CL_MEM_READ_WRITE, Math.max(bytes, 1), null, null);
      liveBytes += bytes;
      return new ClBuffer(memory, memory.getNativePointer(), bytes);
    } catch (CLException e) {
      var doing = "Allocating " + bytes + " bytes";
      // Here some drivers say so of memory, too; and then there may be some once the cache is emptied.
      if (e.getStatus() == CL.CL_OUT_OF_RESOURCES)
        throw new OutOfDeviceMemory(doing + " failed on " + name + " with CL_OUT_OF_RESOURCES");
      throw failed(e.getStatus(), doing);
    }
  }

  /** OpenCL keeps the memory until the work that was given before is done. */
  @Override
  public void free(Buffer buffer) {
    var memory = ((ClBuffer) buffer).memory();
    CL.clReleaseMemObject(memory);
    liveBytes -= buffer.bytes();
    frees++;
  }

  long handle() {
    return handle;
  }

  /** Bytes in all buffers that are not freed. */
  long liveBytes() {
    return liveBytes;
  }

  /** Changes whenever memory was freed: from then on a handle may stand for other memory than before. */
  int frees() {
    return frees;
  }

  @Override
  public void upload(MemorySegment from, Buffer to, long offset) {
    if (lost != null) throw lost;
    checkInside("upload", to, offset, from.byteSize());
    long bytes = from.byteSize();
    for (long done = 0; done < bytes;) {
      long part = Math.min(bytes - done, STAGING / 2);
      if (staged + part > STAGING) finish();
      MemorySegment.copy(from, done, staging, staged, part);
      check(
          cl.enqueueWrite(handle, ((ClBuffer) to).handle(), false, offset + done, part,
              staging.address() + staged),
          "An upload");
      staged += part + 63 & -64;
      done += part;
    }
  }

  @Override
  public void download(Buffer from, long offset, MemorySegment to) {
    if (lost != null) throw lost;
    checkInside("download", from, offset, to.byteSize());
    complaints.fetch();
    long bytes = to.byteSize();
    if (to.isNative() && bytes > 0) {
      check(cl.enqueueRead(handle, ((ClBuffer) from).handle(), true, offset, bytes, to.address()),
          "A download");
      staged = 0;
    } else {
      for (long done = 0; done < bytes;) {
        long part = Math.min(bytes - done, STAGING / 2);
        if (staged + part > STAGING) finish();
        check(cl.enqueueRead(handle, ((ClBuffer) from).handle(), true, offset + done, part,
            staging.address() + staged), "A download");
        MemorySegment.copy(staging, staged, to, done, part);
        staged = 0;
        done += part;
      }
      if (bytes == 0) finish();
    }
    if (profile != null) profile.collect();
    complaints.raise();
  }

  @Override
  public void readLater(KernelBuffer from, MemorySegment to) {
    check(cl.enqueueRead(handle, from.handle(), false, 0, to.byteSize(), to.address()), "A download");
  }

  private static void checkInside(String op, Buffer buffer, long offset, long bytes) {
    if (offset < 0 || bytes > buffer.bytes() - offset) {
      throw new JacquardException(op + ": " + bytes + " bytes from byte " + offset
          + " on do not lie in a buffer of " + buffer.bytes() + " bytes.");
    }
  }

  @Override
  public void synchronize() {
    if (lost != null) throw lost;
    complaints.fetch();
    finish();
    complaints.raise();
  }

  private void finish() {
    check(cl.finish(handle), "Waiting for the queue");
    if (profile != null) profile.collect();
    staged = 0;
  }

  int setArgument(long kernel, int index, long size, long address) {
    return cl.setKernelArg(kernel, index, size, address);
  }

  /** Gives a kernel, whose arguments are set, to the queue; sizes are addresses of three numbers. */
  int launch(String kernelName, long kernel, int dimensions, long global, long local) {
    if (lost != null) throw lost;
    int code = cl.enqueueKernel(handle, kernel, dimensions, global, local,
        profile == null ? 0 : profile.place());
    if (profile != null && code == CL.CL_SUCCESS) profile.launched(kernelName);
    if (++unflushed == LAUNCHES_BEFORE_FLUSH) {
      cl.flush(handle); // or a driver may wait for more before it starts
      unflushed = 0;
    }
    return code;
  }

  private void check(int code, String doing) {
    if (code != CL.CL_SUCCESS) throw failed(code, doing);
  }

  /** What an error code means; of a device that is lost it is remembered. */
  JacquardException failed(int code, String doing) {
    if (lost != null) return lost;
    var failure = Failure.of(code, name, doing);
    // Out of resources may also be one kernel that wants too much; the next call will tell.
    if (failure instanceof DeviceLost gone && code != CL.CL_OUT_OF_RESOURCES) lost = gone;
    return failure;
  }

  @Override
  public void close() {
    if (lost == null) cl.finish(handle); // a driver may wait forever for a device that is gone
    if (profile != null) profile.close();
    complaints.close();
    CL.clReleaseCommandQueue(queue);
    CL.clReleaseContext(context);
    arena.close();
  }
}
