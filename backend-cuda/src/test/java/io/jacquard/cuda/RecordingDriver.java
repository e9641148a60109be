package io.jacquard.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A driver that notes each call, hands out memory of the host as if it were a device's, and copies as late as a real one
 * may: when the host waits. So a test sees calls, sizes, order and frees, and a staging area that is overwritten too early
 * spoils what arrives.
 */
@SuppressWarnings("restricted") // tests run with native access
class RecordingDriver implements Driver {
  /** What a device has. */
  long capacity = 64L << 20;
  final List<String> calls = new ArrayList<>();
  /** What the next calls of a function give, one after the other. */
  private final Map<String, ArrayDeque<Integer>> failures = new HashMap<>();
  final TreeMap<Long, Long> blocks = new TreeMap<>();
  final TreeMap<Long, Long> pinned = new TreeMap<>();
  final List<List<Long>> launchedArguments = new ArrayList<>();
  private final ArrayDeque<Runnable> pending = new ArrayDeque<>();
  private final Map<Long, Integer> eventPositions = new LinkedHashMap<>();
  private final Arena arena = Arena.ofAuto();
  private long next = 100;
  private int done;
  private boolean capturing;
  /** What the launches that are being captured compute, and what those of graphs and of executables do. */
  private List<Runnable> captured = new ArrayList<>();
  private final Map<Long, List<Runnable>> graphs = new HashMap<>();

  void failNext(String function, int... codes) {
    var queue = failures.computeIfAbsent(function, _ -> new ArrayDeque<>());
    for (int code : codes) queue.add(code);
  }

  private int note(String call) {
    calls.add(call);
    var name = call.substring(0, call.indexOf('('));
    var codes = failures.get(name);
    return codes == null || codes.isEmpty() ? 0 : codes.poll();
  }

  final int make(String call, long[] made) {
    int code = note(call);
    if (code == 0) made[0] = next++;
    return code;
  }

  /** The calls since the last time this was asked. */
  List<String> newCalls() {
    var now = List.copyOf(calls);
    calls.clear();
    return now;
  }

  @Override
  public int retainContext(int device, long[] context) {
    return make("retainContext(" + device + ")", context);
  }

  @Override
  public int releaseContext(int device) {
    return note("releaseContext(" + device + ")");
  }

  @Override
  public int setContext(long context) {
    return note("setContext(" + context + ")");
  }

  @Override
  public int createStream(long[] stream) {
    return make("createStream()", stream);
  }

  @Override
  public int destroyStream(long stream) {
    return note("destroyStream(" + stream + ")");
  }

  @Override
  public int synchronize(long stream) {
    if (capturing) return Status.CAPTURE_INVALIDATED;
    carryOut(Integer.MAX_VALUE);
    return note("synchronize(" + stream + ")");
  }

  /** Does what is pending up to a position in the stream. */
  private void carryOut(int until) {
    while (!pending.isEmpty() && done < until) {
      pending.poll().run();
      done++;
    }
  }

  @Override
  public int allocate(long bytes, long[] address) {
    int code = note("allocate(" + bytes + ")");
    if (code != 0) return code;
    if (blocks.values().stream().mapToLong(b -> b).sum() + bytes > capacity) return Status.OUT_OF_MEMORY;
    address[0] = arena.allocate(bytes, 512).address();
    blocks.put(address[0], bytes);
    return 0;
  }

  @Override
  public int free(long address) {
    carryOut(Integer.MAX_VALUE); // as the real one does
    if (blocks.remove(address) == null) throw new AssertionError("freed what was not allocated: " + address);
    return note("free()");
  }

  @Override
  public int memory(long[] freeAndTotal) {
    freeAndTotal[0] = capacity - blocks.values().stream().mapToLong(b -> b).sum();
    freeAndTotal[1] = capacity;
    return note("memory()");
  }

  @Override
  public int allocatePinned(long bytes, long[] address) {
    int code = note("allocatePinned(" + bytes + ")");
    if (code != 0) return code;
    address[0] = arena.allocate(bytes, 64).address();
    pinned.put(address[0], bytes);
    return 0;
  }

  @Override
  public int freePinned(long address) {
    if (pinned.remove(address) == null) throw new AssertionError("unpinned what was not pinned");
    return note("freePinned()");
  }

  private static void inside(TreeMap<Long, Long> blocks, long address, long bytes) {
    var block = blocks.floorEntry(address);
    if (block == null || address + bytes > block.getKey() + block.getValue())
      throw new AssertionError(bytes + " bytes at " + address + " lie in no block");
  }

  void copy(long to, long from, long bytes) {
    MemorySegment.ofAddress(to).reinterpret(bytes).copyFrom(MemorySegment.ofAddress(from).reinterpret(bytes));
  }

  @Override
  public int copyToDevice(long to, long from, long bytes, long stream) {
    inside(blocks, to, bytes);
    inside(pinned, from, bytes);
    pending.add(() -> copy(to, from, bytes));
    return note("copyToDevice(" + bytes + ")");
  }

  @Override
  public int copyToHost(long to, long from, long bytes, long stream) {
    inside(blocks, from, bytes);
    inside(pinned, to, bytes);
    pending.add(() -> copy(to, from, bytes));
    return note("copyToHost(" + bytes + ")");
  }

  @Override
  public int createEvent(long[] event) {
    return make("createEvent()", event);
  }

  @Override
  public int destroyEvent(long event) {
    return note("destroyEvent(" + event + ")");
  }

  @Override
  public int recordEvent(long event, long stream) {
    eventPositions.put(event, done + pending.size());
    return note("recordEvent(" + event + ")");
  }

  @Override
  public int waitEvent(long event) {
    carryOut(eventPositions.get(event));
    return note("waitEvent(" + event + ")");
  }

  @Override
  public int loadModule(byte[] cubin, long[] module) {
    return make("loadModule(" + new String(cubin) + ")", module);
  }

  @Override
  public int unloadModule(long module) {
    return note("unloadModule(" + module + ")");
  }

  @Override
  public int function(long module, String name, long[] function) {
    return make("function(" + module + ", " + name + ")", function);
  }

  @Override
  public int launch(long function, int gridX, int gridY, int gridZ, int block, int sharedBytes, long stream,
      ArgumentBlock arguments) {
    var values = new ArrayList<Long>();
    var pointers = MemorySegment.ofAddress(arguments.address()).reinterpret(8L * arguments.count());
    for (int i = 0; i < arguments.count(); i++) {
      long at = pointers.getAtIndex(java.lang.foreign.ValueLayout.JAVA_LONG, i);
      values.add(MemorySegment.ofAddress(at).reinterpret(8).get(java.lang.foreign.ValueLayout.JAVA_LONG, 0));
    }
    launchedArguments.add(values);
    enqueue(work(function, new int[]{gridX, gridY, gridZ}, block, arguments));
    return note("launch(" + function + ", " + gridX + " x " + gridY + " x " + gridZ + ", " + block + ", "
        + sharedBytes + ")");
  }

  /** What a launch computes: nothing here. */
  Runnable work(long function, int[] grid, int block, ArgumentBlock arguments) {
    return () -> {};
  }

  /** Puts work behind all other on the stream, or into the graph that is being captured. */
  final void enqueue(Runnable work) {
    if (capturing)
      captured.add(work);
    else
      pending.add(work);
  }

  @Override
  public int beginCapture(long stream) {
    int code = note("beginCapture(" + stream + ")");
    capturing = code == 0;
    captured = new ArrayList<>();
    return code;
  }

  @Override
  public int endCapture(long stream, long[] graph) {
    capturing = false;
    int code = make("endCapture(" + captured.size() + " nodes)", graph);
    graphs.put(graph[0], captured);
    return code;
  }

  @Override
  public int instantiate(long graph, long[] executable) {
    int code = make("instantiate(" + graph + ")", executable);
    graphs.put(executable[0], graphs.get(graph));
    return code;
  }

  @Override
  public int launchGraph(long executable, long stream) {
    pending.addAll(graphs.getOrDefault(executable, List.of()));
    return note("launchGraph(" + executable + ")");
  }

  @Override
  public int updateGraph(long executable, long graph) {
    graphs.put(executable, graphs.get(graph));
    return note("updateGraph(" + executable + ", " + graph + ")");
  }

  @Override
  public int destroyGraph(long graph) {
    return note("destroyGraph(" + graph + ")");
  }

  @Override
  public int destroyExecutable(long executable) {
    return note("destroyExecutable(" + executable + ")");
  }
}
