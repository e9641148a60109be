package io.jacquard.spi;

import io.jacquard.expr.Program;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What a device must be able to do; everything else is composed of it in {@code core}.
 *
 * <pre>{@code
 * var twice = Program.of(in -> in[0].mul(2), DType.FLOAT32);
 * backend.map(twice, new long[0], new View[] {x.view()}, new View[] {y.view()});
 * }</pre>
 *
 * <p>The rules that hold for every method, checked above this interface and not again below it:
 * <ul>
 * <li>Inputs of {@code map} and {@code reduce} arrive expanded to one common shape (strides of 0 where they were
 * broadcast); shapes and types fit.</li>
 * <li>An output is disjoint from every input, or has an input's identical buffer and layout ({@code map} only); it
 * never overlaps itself, and outputs do not overlap each other.</li>
 * <li>Calls take effect in the order in which they are made; a backend may work asynchronously between calls to
 * {@link #synchronize} and {@link #download}.</li>
 * <li>{@code params} are raw 64-bit values ({@link io.jacquard.DType#bits}) which stay constant for a captured step;
 * what changes between steps is a 0-d tensor.</li>
 * <li>Same input, same bits: results do not depend on threads, timing or addresses. Of a NaN only that it is one: its
 * sign and payload are whatever the processor gives.</li>
 * <li>Halves (bfloat16, float16) are read and written by {@code map}, read by the programs of {@code reduce}, which may
 * also round its results to them, and moved by {@code gather}. No other call gets one, unless {@link DeviceInfo#halves}
 * says so.</li>
 * <li>Arrays belong to the caller, who may keep or change them after the call.</li>
 * </ul>
 *
 * <p>A decorator extends {@link ForwardingBackend}. Backends are called by one thread at a time.
 */
public interface Backend extends AutoCloseable {
  /** What this backend runs on. */
  DeviceInfo info();

  /**
   * Uninitialised memory, aligned to at least 64 bytes.
   *
   * @throws OutOfDeviceMemory if there is none left
   */
  Buffer allocate(long bytes);

  /** Gives memory back; work that was given to the backend before may still use it. */
  void free(Buffer buffer);

  /** Copies all of {@code from} to the buffer, from byte {@code offset} on; {@code from} may change after the return. */
  void upload(MemorySegment from, Buffer to, long offset);

  /** Fills all of {@code to} from the buffer, from byte {@code offset} on; waits for the work that writes it. */
  void download(Buffer from, long offset, MemorySegment to);

  /** Returns when all work given before is done. */
  void synchronize();

  /** Runs a program over every element: {@code out[j](i) = program_j(in[0](i), in[1](i), ...)}. */
  void map(Program program, long[] params, View[] in, View[] out);

  /**
   * Runs a program over every element of at least one input and folds its outputs over {@code axes} (ascending, distinct). Output {@code j}
   * has the inputs' rank, with size 1 in the reduced axes; with no axes it is a copy in the folded type.
   * A program's output is never a half; where it is float32, the view may be one: the result is rounded once.
   */
  void reduce(Reduction how, Program each, long[] params, View[] in, int[] axes, View[] out);

  /**
   * Batched matrix product {@code [..., M, K] x [..., K, N] -> [..., M, N]}, see {@link Gemm}. All views have the same
   * rank and (expanded) batch sizes; {@code extra} are expanded to the output's shape. Transposes are layouts.
   */
  void matmul(Gemm how, long[] params, View a, View b, View[] extra, View[] out);

  /**
   * Row {@code index(i)} of {@code table} along axis 0 becomes row {@code i} of {@code out}; index is 1-D, int32 or
   * int64.
   *
   * @throws io.jacquard.JacquardException if an index is outside the table, at once or when the work is waited for
   */
  void gather(View table, View index, View out);

  /** Adds row {@code i} of {@code rows} to row {@code index(i)} of {@code table}, in the order of i. */
  void scatterAdd(View index, View rows, View table);

  /** A running fold along one axis; {@code out} has the shape of {@code in}. */
  void scan(Scan how, int axis, View in, View out);

  /** The int64 positions that sort {@code in} along an axis; stable; NaN counts as the largest value. */
  void argsort(boolean descending, int axis, View in, View indexOut);

  /**
   * Runs an operation that consists of others by a faster path of this backend's own; false leaves it to its decomposition,
   * or to the calls that it makes otherwise. Outputs are contiguous, but those of pooling, which lie as their inputs do.
   */
  boolean run(Operation op, View[] in, View[] out);

  /**
   * Takes in the calls that {@code work} makes to this backend, without carrying them out, so that all of them can be
   * started at once, again and again. They were made before, on the same memory, which stays in use as long as the result
   * does; none of them moves data between host and device.
   *
   * @return empty where this backend cannot, or not these calls: then they are to be made one by one
   */
  default Optional<Captured> capture(Runnable work) {
    return Optional.empty();
  }

  /**
   * Whether {@link #matmul} may round the inputs of products of float32 to TF32's 10 bits of mantissa from now on, for tensor
   * cores; sums stay float32. At first it may not, as in PyTorch. Only where {@link DeviceInfo#tf32} says so this changes
   * anything.
   *
   * @return whether it was allowed before
   */
  default boolean allowTf32(boolean allowed) {
    return false;
  }

  /** Whether errors are to name the operation that they arose in, for which trainings then keep track of it; it costs time. */
  default boolean namesOperations() {
    return false;
  }

  /**
   * Whether code for calls that were made is still being prepared beside them, so that the same calls will take less time
   * soon. Who measures waits for it.
   */
  default boolean isPreparing() {
    return false;
  }

  /**
   * How many bytes of samples a training may keep on this device, of what is free now; 0 where samples are as near in the
   * host's memory.
   */
  default long spareBytes() {
    return 0;
  }

  /**
   * A way by which steps report to the host while it gives the device more work; to be closed.
   *
   * @return empty where the host may as well wait: then it reads each step's loss before the weights are updated
   */
  default Optional<Mailbox> mailbox() {
    return Optional.empty();
  }

  @Override
  void close();
}
