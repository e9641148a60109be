package io.jacquard.cuda;

/**
 * The part of CUDA's driver API that this backend uses: by JCuda on a machine with a GPU, by a recorder in tests.
 *
 * <p>Each method is one call and gives its status, 0 for success; {@link CudaQueue} checks them. What a call makes goes into
 * the first element of an array. Addresses are those of device or pinned memory; contexts, streams, events, modules,
 * functions and graphs are numbers that mean something to this driver only.
 */
interface Driver {
  int retainContext(int device, long[] context);

  int releaseContext(int device);

  /** Makes a context the calling thread's. */
  int setContext(long context);

  /** A stream that does not wait for the default one. */
  int createStream(long[] stream);

  int destroyStream(long stream);

  int synchronize(long stream);

  int allocate(long bytes, long[] address);

  int free(long address);

  /** Bytes that are free, and bytes in all. */
  int memory(long[] freeAndTotal);

  /** Memory of the host that a device copies from and to without the processor's help. */
  int allocatePinned(long bytes, long[] address);

  int freePinned(long address);

  int copyToDevice(long to, long from, long bytes, long stream);

  int copyToHost(long to, long from, long bytes, long stream);

  int createEvent(long[] event);

  int destroyEvent(long event);

  int recordEvent(long event, long stream);

  /** Has the host wait for what was recorded last. */
  int waitEvent(long event);

  int loadModule(byte[] cubin, long[] module);

  int unloadModule(long module);

  int function(long module, String name, long[] function);

  int launch(long function, int gridX, int gridY, int gridZ, int block, int sharedBytes, long stream,
      ArgumentBlock arguments);

  /** From now on, calls of this thread on the stream are noted and not carried out. */
  int beginCapture(long stream);

  int endCapture(long stream, long[] graph);

  int instantiate(long graph, long[] executable);

  int launchGraph(long executable, long stream);

  /** Gives an executable the parameters of another graph of the same form. */
  int updateGraph(long executable, long graph);

  int destroyGraph(long graph);

  int destroyExecutable(long executable);
}
