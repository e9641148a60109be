package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.spi.Buffer;
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

/**
 * A context with one in-order queue: memory, and copies between host and device.
 *
 * <p>Uploads return at once: what they copy waits in a staging area of the host, which is used up front to back and starts
 * anew whenever the queue is known to be empty.
 */
final class Queue implements AutoCloseable {
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
  private long staged;
  private long liveBytes;
  private int unflushed;
  private int frees;

  @SuppressWarnings("deprecation") // clCreateCommandQueue: what came after it asks for OpenCL 2.0
  Queue(ClDevice device, String name) {
    this.device = device;
    this.name = name;
    try {
      var properties = new cl_context_properties();
      properties.addProperty(CL.CL_CONTEXT_PLATFORM, device.platform());
      context = CL.clCreateContext(properties, 1, new cl_device_id[]{device.id()}, null, null, null);
      queue = CL.clCreateCommandQueue(context, device.id(), 0, null);
    } catch (CLException e) {
      throw Failure.of(e.getStatus(), name, "Opening the device");
    }
    handle = queue.getNativePointer();
    complaints = new Complaints(this);
  }

  ClBuffer allocate(long bytes) {
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
      throw Failure.of(e.getStatus(), name, "Allocating " + bytes + " bytes");
    }
  }

  /** OpenCL keeps the memory until the work that was given before is done. */
  void free(Buffer buffer) {
    var memory = ((ClBuffer) buffer).memory();
    CL.clReleaseMemObject(memory);
    liveBytes -= buffer.bytes();
    frees++;
  }

  /** Changes whenever memory was freed: from then on a handle may stand for other memory than before. */
  int frees() {
    return frees;
  }

  void upload(MemorySegment from, Buffer to, long offset) {
    checkInside("upload", to, offset, from.byteSize());
    long bytes = from.byteSize();
    for (long done = 0; done < bytes;) {
      long part = Math.min(bytes - done, STAGING / 2);
      if (staged + part > STAGING) finish();
      MemorySegment.copy(from, done, staging, staged, part);
      check(
          Cl.enqueueWrite(handle, ((ClBuffer) to).handle(), false, offset + done, part,
              staging.address() + staged),
          "an upload");
      staged += part + 63 & -64;
      done += part;
    }
  }

  void download(Buffer from, long offset, MemorySegment to) {
    checkInside("download", from, offset, to.byteSize());
    complaints.fetch();
    long bytes = to.byteSize();
    if (to.isNative() && bytes > 0) {
      check(Cl.enqueueRead(handle, ((ClBuffer) from).handle(), true, offset, bytes, to.address()),
          "a download");
      staged = 0;
    } else {
      for (long done = 0; done < bytes;) {
        long part = Math.min(bytes - done, STAGING / 2);
        if (staged + part > STAGING) finish();
        check(Cl.enqueueRead(handle, ((ClBuffer) from).handle(), true, offset + done, part,
            staging.address() + staged), "a download");
        MemorySegment.copy(staging, staged, to, done, part);
        staged = 0;
        done += part;
      }
      if (bytes == 0) finish();
    }
    complaints.raise();
  }

  /** Reads into memory that stays valid until the queue was waited for. */
  void readLater(ClBuffer from, MemorySegment to) {
    check(Cl.enqueueRead(handle, from.handle(), false, 0, to.byteSize(), to.address()), "a download");
  }

  private static void checkInside(String op, Buffer buffer, long offset, long bytes) {
    if (offset < 0 || bytes > buffer.bytes() - offset) {
      throw new JacquardException(op + ": " + bytes + " bytes from byte " + offset
          + " on do not lie in a buffer of " + buffer.bytes() + " bytes.");
    }
  }

  void synchronize() {
    complaints.fetch();
    finish();
    complaints.raise();
  }

  private void finish() {
    check(Cl.finish(handle), "waiting for the queue");
    staged = 0;
  }

  /** Gives a kernel, whose arguments are set, to the queue; sizes are addresses of three numbers. */
  int launch(long kernel, int dimensions, long global, long local) {
    int code = Cl.enqueueKernel(handle, kernel, dimensions, global, local);
    if (++unflushed == LAUNCHES_BEFORE_FLUSH) {
      Cl.flush(handle); // or a driver may wait for more before it starts
      unflushed = 0;
    }
    return code;
  }

  private void check(int code, String doing) {
    Failure.check(code, name, doing);
  }

  @Override
  public void close() {
    Cl.finish(handle);
    complaints.close();
    CL.clReleaseCommandQueue(queue);
    CL.clReleaseContext(context);
    arena.close();
  }
}
