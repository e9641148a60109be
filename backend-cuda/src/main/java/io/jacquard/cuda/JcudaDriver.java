package io.jacquard.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * The driver through JCuda. To be touched only after {@link JcudaNatives} has loaded its library. The update of graphs, whose
 * form in CUDA 12 JCuda lacks, is bound directly.
 */
final class JcudaDriver implements Driver {
  private static final int NON_BLOCKING = 1; // CU_STREAM_NON_BLOCKING
  private static final int DISABLE_TIMING = 2; // CU_EVENT_DISABLE_TIMING
  private static final int PORTABLE = 1; // CU_MEMHOSTALLOC_PORTABLE
  private static final int THREAD_LOCAL = 1; // CU_STREAM_CAPTURE_MODE_THREAD_LOCAL
  private static final long UPDATE_RESULT_BYTES = 24; // CUgraphExecUpdateResultInfo

  /** An address of the host. */
  static final class HostAddress extends Pointer {
    HostAddress(long address) {
      super(address);
    }

    HostAddress() {}

    long address() {
      return getNativePointer() + getByteOffset();
    }
  }

  /** An address of the device: JCuda makes such only by adding to another. */
  static final class DeviceAddress extends CUdeviceptr {
    DeviceAddress() {}

    DeviceAddress(long address) {
      super(new CUdeviceptr(), address);
    }

    long address() {
      return getNativePointer() + getByteOffset();
    }
  }

  private static final class Graph extends CUgraph {
    long address() {
      return getNativePointer();
    }
  }

  private static final class Executable extends CUgraphExec {
    long address() {
      return getNativePointer();
    }
  }

  private final Handles<CUcontext> contexts = new Handles<>();
  private final Handles<CUstream> streams = new Handles<>();
  private final Handles<CUevent> events = new Handles<>();
  private final Handles<CUmodule> modules = new Handles<>();
  private final Handles<CUfunction> functions = new Handles<>();
  private final Handles<Graph> graphs = new Handles<>();
  private final Handles<Executable> executables = new Handles<>();
  private final MethodHandle update;
  private final MemorySegment updateResult = Arena.ofAuto().allocate(UPDATE_RESULT_BYTES, 8);

  @SuppressWarnings("restricted") // the launcher allows native access
  JcudaDriver(SymbolLookup driver) {
    JCudaDriver.setExceptionsEnabled(false);
    JCudaDriver.cuInit(0);
    var function = driver.find("cuGraphExecUpdate_v2")
        .orElseThrow(() -> new UnsatisfiedLinkError("cuGraphExecUpdate_v2"));
    update = Linker.nativeLinker().downcallHandle(function,
        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS));
  }

  /** JCuda's object for a stream. */
  CUstream stream(long stream) {
    return streams.get(stream);
  }

  private static CUdevice device(int ordinal) {
    var device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, ordinal);
    return device;
  }

  @Override
  public int retainContext(int device, long[] context) {
    var made = new CUcontext();
    int code = JCudaDriver.cuDevicePrimaryCtxRetain(made, device(device));
    context[0] = contexts.add(made);
    return code;
  }

  @Override
  public int releaseContext(int device) {
    return JCudaDriver.cuDevicePrimaryCtxRelease(device(device));
  }

  @Override
  public int setContext(long context) {
    return JCudaDriver.cuCtxSetCurrent(contexts.get(context));
  }

  @Override
  public int createStream(long[] stream) {
    var made = new CUstream();
    int code = JCudaDriver.cuStreamCreate(made, NON_BLOCKING);
    stream[0] = streams.add(made);
    return code;
  }

  @Override
  public int destroyStream(long stream) {
    return JCudaDriver.cuStreamDestroy(streams.remove(stream));
  }

  @Override
  public int synchronize(long stream) {
    return JCudaDriver.cuStreamSynchronize(streams.get(stream));
  }

  @Override
  public int allocate(long bytes, long[] address) {
    var made = new DeviceAddress();
    int code = JCudaDriver.cuMemAlloc(made, bytes);
    address[0] = made.address();
    return code;
  }

  @Override
  public int free(long address) {
    return JCudaDriver.cuMemFree(new DeviceAddress(address));
  }

  @Override
  public int memory(long[] freeAndTotal) {
    var free = new long[1];
    var total = new long[1];
    int code = JCudaDriver.cuMemGetInfo(free, total);
    freeAndTotal[0] = free[0];
    freeAndTotal[1] = total[0];
    return code;
  }

  @Override
  public int allocatePinned(long bytes, long[] address) {
    var made = new HostAddress();
    int code = JCudaDriver.cuMemHostAlloc(made, bytes, PORTABLE);
    address[0] = made.address();
    return code;
  }

  @Override
  public int freePinned(long address) {
    return JCudaDriver.cuMemFreeHost(new HostAddress(address));
  }

  @Override
  public int copyToDevice(long to, long from, long bytes, long stream) {
    return JCudaDriver.cuMemcpyHtoDAsync(new DeviceAddress(to), new HostAddress(from), bytes,
        streams.get(stream));
  }

  @Override
  public int copyToHost(long to, long from, long bytes, long stream) {
    return JCudaDriver.cuMemcpyDtoHAsync(new HostAddress(to), new DeviceAddress(from), bytes,
        streams.get(stream));
  }

  @Override
  public int createEvent(long[] event) {
    var made = new CUevent();
    int code = JCudaDriver.cuEventCreate(made, DISABLE_TIMING);
    event[0] = events.add(made);
    return code;
  }

  @Override
  public int destroyEvent(long event) {
    return JCudaDriver.cuEventDestroy(events.remove(event));
  }

  @Override
  public int recordEvent(long event, long stream) {
    return JCudaDriver.cuEventRecord(events.get(event), streams.get(stream));
  }

  @Override
  public int waitEvent(long event) {
    return JCudaDriver.cuEventSynchronize(events.get(event));
  }

  @Override
  public int loadModule(byte[] cubin, long[] module) {
    var made = new CUmodule();
    int code = JCudaDriver.cuModuleLoadData(made, cubin);
    module[0] = modules.add(made);
    return code;
  }

  @Override
  public int unloadModule(long module) {
    return JCudaDriver.cuModuleUnload(modules.remove(module));
  }

  @Override
  public int function(long module, String name, long[] function) {
    var made = new CUfunction();
    int code = JCudaDriver.cuModuleGetFunction(made, modules.get(module), name);
    function[0] = functions.add(made);
    return code;
  }

  @Override
  public int launch(long function, int gridX, int gridY, int gridZ, int block, int sharedBytes, long stream,
      ArgumentBlock arguments) {
    var pointer = (HostAddress) arguments.peer;
    if (pointer == null) arguments.peer = pointer = new HostAddress(arguments.address());
    return JCudaDriver.cuLaunchKernel(functions.get(function), gridX, gridY, gridZ, block, 1, 1, sharedBytes,
        streams.get(stream), pointer, null);
  }

  @Override
  public int beginCapture(long stream) {
    return JCudaDriver.cuStreamBeginCapture(streams.get(stream), THREAD_LOCAL);
  }

  @Override
  public int endCapture(long stream, long[] graph) {
    var made = new Graph();
    int code = JCudaDriver.cuStreamEndCapture(streams.get(stream), made);
    graph[0] = graphs.add(made);
    return code;
  }

  @Override
  public int instantiate(long graph, long[] executable) {
    var made = new Executable();
    int code = JCudaDriver.cuGraphInstantiate(made, graphs.get(graph), 0);
    executable[0] = executables.add(made);
    return code;
  }

  @Override
  public int launchGraph(long executable, long stream) {
    return JCudaDriver.cuGraphLaunch(executables.get(executable), streams.get(stream));
  }

  @Override
  public int updateGraph(long executable, long graph) {
    try {
      return (int) update.invokeExact(executables.get(executable).address(), graphs.get(graph).address(),
          updateResult);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of cuGraphExecUpdate", e);
    }
  }

  @Override
  public int destroyGraph(long graph) {
    return JCudaDriver.cuGraphDestroy(graphs.remove(graph));
  }

  @Override
  public int destroyExecutable(long executable) {
    return JCudaDriver.cuGraphExecDestroy(executables.remove(executable));
  }
}
