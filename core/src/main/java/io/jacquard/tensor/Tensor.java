package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Choice;
import io.jacquard.ops.Concat;
import io.jacquard.ops.Einsum;
import io.jacquard.ops.Fuse;
import io.jacquard.ops.Scalars;
import io.jacquard.spi.Block;
import io.jacquard.spi.Device;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An array of numbers on a device, and a value: no operation changes one.
 *
 * <pre>{@code
 * var x = Tensor.of(new float[][] {{1, 2}, {3, 4}}).requiresGrad();
 * var y = x.matmul(x).relu().sum();
 * y.backward();
 * System.out.println(x.grad());
 * }</pre>
 *
 * <p>Shapes broadcast as NumPy's do. Operands of two types meet in the later of bool, uint8, int32, int64, float32,
 * float64. Names and defaults are PyTorch's. An operation runs at once; what it costs in memory is freed with the
 * {@link Scope} in which it ran. A tensor is a handle on memory that other handles (views, the tape) may share; handles
 * belong to one thread at a time.
 */
public final class Tensor extends TensorCreation
    implements
      AutoCloseable,
      TensorArithmetic,
      TensorFunctions,
      TensorActivations,
      TensorReductions,
      TensorOrder,
      TensorProducts,
      TensorViews,
      TensorArrangement,
      TensorSelection,
      TensorWindows,
      TensorResizing,
      TensorRandom {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int UNOWNED = Integer.MAX_VALUE;

  private final Device device;
  private final Block block;
  private final View view;
  /** Where the gradient goes; null if none is recorded. */
  private @Nullable Source source;
  private final int sourceIndex;
  /** Whose memory this shows, if it can be assigned to: a parameter's or a buffer's. */
  private @Nullable Leaf shown;
  /** Whether this is the handle that was marked with requiresGrad, whose end is also that of the gradient. */
  private boolean ownsLeaf;
  private boolean closed;
  /** How many scopes this handle is to outlive. */
  private int keeps;
  private Cleaner.@Nullable Cleanable cleanable;

  private Tensor(Device device, Block block, View view, @Nullable Source source, int sourceIndex) {
    this.device = device;
    this.block = block;
    this.view = view;
    this.source = source;
    this.sourceIndex = sourceIndex;
  }

  // ---- handles

  /** A new handle, owned by the innermost scope. */
  static Tensor handle(Device device, Block block, View view, @Nullable Source source, int sourceIndex) {
    return handle(device, block, view, source, sourceIndex, null);
  }

  /** As above, on memory of a leaf that can be assigned to. */
  static Tensor handle(Device device, Block block, View view, @Nullable Source source, int sourceIndex,
      @Nullable Leaf shown) {
    block.retain();
    if (source instanceof Node node) node.retain();
    var tensor = new Tensor(device, block, view, source, sourceIndex);
    tensor.shown = shown;
    var local = Local.get();
    if (local.hasScope()) {
      local.own(tensor);
    } else {
      tensor.watch();
    }
    return tensor;
  }

  /** Frees the memory when this handle becomes unreachable: for handles that no scope owns. */
  void watch() {
    cleanable = CLEANER.register(this, new Release(block, source instanceof Node node ? node : null));
  }

  /** What a handle holds on to. Must not refer to the handle itself. */
  private record Release(Block block, @Nullable Node node) implements Runnable {
    @Override
    public void run() {
      block.release();
      if (node != null) node.release();
    }
  }

  /** Lets go of the memory now. Closing twice is harmless; using the tensor afterwards is an error. */
  @Override
  public void close() {
    if (closed) return;
    closed = true;
    if (cleanable != null) {
      cleanable.clean();
    } else {
      block.release();
      if (source instanceof Node node) node.release();
    }
    if (ownsLeaf && source instanceof Leaf leaf) leaf.abandon();
  }

  /** Hands this tensor to the scope that encloses the innermost one, so that it outlives the latter. */
  public Tensor keep() {
    checkOpen("keep");
    if (keeps < UNOWNED) keeps++;
    return this;
  }

  /** No scope will close this handle; who asked for that does. */
  Tensor unowned() {
    if (cleanable != null) {
      // It was made outside of any scope: take a handle that nothing watches.
      var free = new Tensor(device, block, view, source, sourceIndex);
      block.retain();
      if (source instanceof Node node) node.retain();
      free.ownsLeaf = ownsLeaf;
      free.shown = shown;
      ownsLeaf = false;
      close();
      free.keeps = UNOWNED;
      return free;
    }
    keeps = UNOWNED;
    return this;
  }

  /**
   * Takes this tensor out of its scope, for a field of an object: it is freed by {@link #close}, or some time after it
   * became unreachable. Returns the handle to use from now on.
   */
  public Tensor hold() {
    var handle = unowned();
    handle.watch();
    return handle;
  }

  /** Gives an unowned handle to the innermost scope. */
  Tensor adopt() {
    keeps = 0;
    var local = Local.get();
    if (local.hasScope()) {
      local.own(this);
    } else {
      watch();
    }
    return this;
  }

  boolean takeKeepMark() {
    if (keeps == 0) return false;
    keeps--;
    return true;
  }

  boolean isUnowned() {
    return keeps == UNOWNED;
  }

  public boolean isClosed() {
    return closed;
  }

  void checkOpen(String op) {
    if (closed) {
      throw new JacquardException(op + ": this tensor of shape " + shape() + " was freed with its scope. "
          + "Call keep() on what must outlive the scope in which it was made.");
    }
  }

  // ---- what it is

  public Device device() {
    return device;
  }

  @Override
  public DType dtype() {
    return view.dtype();
  }

  @Override
  public Shape shape() {
    return view.shape();
  }

  /** The size of one dimension; negative dimensions count from the last. */
  @Override
  public long size(int dim) {
    return shape().size(shape().dim("size", dim));
  }

  @Override
  public int rank() {
    return shape().rank();
  }

  @Override
  public long numel() {
    return shape().numel();
  }

  public Spec spec() {
    return view.spec();
  }

  /** The memory behind this tensor as a backend sees it; alive as long as this handle is open. */
  public View view() {
    return view;
  }

  /** The memory behind this tensor, for those who must keep it alive on their own. */
  public Block block() {
    return block;
  }

  // ---- creation

  /** A tensor over memory that the caller has a hold on; the tensor takes a hold of its own. */
  public static Tensor over(Device device, Block block, View view) {
    return handle(device, block, view, null, 0);
  }

  /** A float32 scalar. */
  public static Tensor scalar(float value) {
    return full(Shape.SCALAR, DType.FLOAT32, value);
  }

  /** A 1-D float32 tensor. */
  public static Tensor of(float... values) {
    return of(values, Shape.of(values.length));
  }

  public static Tensor of(float[] values, Shape shape) {
    return HostData.upload(Device.current(), DType.FLOAT32, shape, MemorySegment.ofArray(values));
  }

  /** A matrix; rows of equal length. */
  public static Tensor of(float[][] rows) {
    return of(HostData.flat(rows), Shape.of(rows.length, rows.length == 0 ? 0 : rows[0].length));
  }

  /** A 1-D float64 tensor. */
  public static Tensor of(double... values) {
    return of(values, Shape.of(values.length));
  }

  public static Tensor of(double[] values, Shape shape) {
    return HostData.upload(Device.current(), DType.FLOAT64, shape, MemorySegment.ofArray(values));
  }

  /** A 1-D int32 tensor. */
  public static Tensor of(int... values) {
    return of(values, Shape.of(values.length));
  }

  public static Tensor of(int[] values, Shape shape) {
    return HostData.upload(Device.current(), DType.INT32, shape, MemorySegment.ofArray(values));
  }

  /** A 1-D int64 tensor. */
  public static Tensor of(long... values) {
    return of(values, Shape.of(values.length));
  }

  public static Tensor of(long[] values, Shape shape) {
    return HostData.upload(Device.current(), DType.INT64, shape, MemorySegment.ofArray(values));
  }

  /** A uint8 tensor; bytes count as 0 to 255. */
  public static Tensor of(byte[] values, Shape shape) {
    return HostData.upload(Device.current(), DType.UINT8, shape, MemorySegment.ofArray(values));
  }

  /** A 1-D bool tensor. */
  public static Tensor of(boolean... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (values[i] ? 1 : 0);
    return HostData.upload(Device.current(), DType.BOOL, Shape.of(values.length),
        MemorySegment.ofArray(bytes));
  }

  /** A tensor from elements in row-major order, in native byte order. */
  public static Tensor of(Device device, DType dtype, Shape shape, MemorySegment elements) {
    return HostData.upload(device, dtype, shape, elements);
  }

  /** Float32 zeros. */
  public static Tensor zeros(long... sizes) {
    return full(Shape.of(sizes), DType.FLOAT32, 0);
  }

  public static Tensor zeros(Device device, DType dtype, Shape shape) {
    return HostData.full(device, dtype, shape, 0);
  }

  /** Float32 ones. */
  public static Tensor ones(long... sizes) {
    return full(Shape.of(sizes), DType.FLOAT32, 1);
  }

  public static Tensor ones(Device device, DType dtype, Shape shape) {
    return HostData.full(device, dtype, shape, dtype.bits(1L));
  }

  /** A tensor with the same value everywhere. */
  public static Tensor full(Shape shape, DType dtype, double value) {
    return HostData.full(Device.current(), dtype, shape, dtype.bits(value));
  }

  public static Tensor arange(Device device, long end) {
    return HostData.arange(device, end);
  }

  /** The int64 numbers 0 to {@code end - 1}. */
  public static Tensor arange(long end) {
    return HostData.arange(Device.current(), end);
  }

  // ---- of several tensors

  /** {@code condition ? yes : no}, element by element. */
  public static Tensor where(Tensor condition, Tensor yes, Tensor no) {
    return apply(Scalars.WHERE.on(condition.dtype(), yes.dtype(), no.dtype()), condition, yes, no)[0];
  }

  /** {@code condition ? yes : no}; the number takes the tensor's type, see {@link io.jacquard.expr.Scalar#constantFor}. */
  public static Tensor where(Tensor condition, Tensor yes, double no) {
    return Choice.where(Choice.ELSE_VALUE, condition, yes, no);
  }

  /** {@code condition ? yes : no}; the number takes the tensor's type, see {@link io.jacquard.expr.Scalar#constantFor}. */
  public static Tensor where(Tensor condition, double yes, Tensor no) {
    return Choice.where(Choice.THEN_VALUE, condition, no, yes);
  }

  /** {@code condition ? yes : no}, as float32. */
  public static Tensor where(Tensor condition, double yes, double no) {
    return where(condition, yes, HostData.full(condition.device(), DType.FLOAT32, Shape.SCALAR,
        DType.FLOAT32.bits(no)));
  }

  /** One pass over any expression: {@code Tensor.fuse(v -> v.mul(v).add(1), x)}; differentiable. */
  public static Tensor fuse(Fuse.One body, Tensor a) {
    return apply(Fuse.function(body).on(a.dtype()), a)[0];
  }

  /** {@code Tensor.fuse((v, b) -> v.add(b).gelu(), x, bias)}: one pass, whatever the lambda computes. */
  public static Tensor fuse(Fuse.Two body, Tensor a, Tensor b) {
    return apply(Fuse.function(body).on(a.dtype(), b.dtype()), a, b)[0];
  }

  public static Tensor fuse(Fuse.Three body, Tensor a, Tensor b, Tensor c) {
    return apply(Fuse.function(body).on(a.dtype(), b.dtype(), c.dtype()), a, b, c)[0];
  }

  /** For any number of inputs: the lambda gets the {@link io.jacquard.expr.Scalar}s in their order. */
  public static Tensor fuseAll(Fuse.Many body, Tensor... in) {
    if (in.length == 0) throw new JacquardException("fuse: expected at least one tensor.");
    return apply(Fuse.functionOfAll(body).on(Arrays.stream(in).map(Tensor::dtype).toArray(DType[]::new)),
        in)[0];
  }

  /** Joined along an existing dimension. Parts of several types meet in the common one, {@link DType#promote}. */
  public static Tensor concat(int dim, Tensor... parts) {
    if (parts.length == 0) throw new JacquardException("concat: expected at least one tensor.");
    var type = Arrays.stream(parts).map(Tensor::dtype).reduce(DType::promote).orElseThrow();
    var alike = Arrays.stream(parts).map(p -> p.to(type)).toArray(Tensor[]::new);
    return apply(new Concat(parts[0].shape().dim("concat", dim)), alike)[0];
  }

  /** Joined along a new dimension. Parts of several types meet in the common one, {@link DType#promote}. */
  public static Tensor stack(int dim, Tensor... parts) {
    if (parts.length == 0) throw new JacquardException("stack: expected at least one tensor.");
    for (var part : parts) {
      if (!part.shape().equals(parts[0].shape())) {
        throw new JacquardException("stack: " + parts[0].spec() + " and " + part.spec()
            + " differ, expected equal shapes. To join along an existing dimension, use concat.");
      }
    }
    return concat(dim < 0 ? dim + parts[0].rank() + 1 : dim,
        Arrays.stream(parts).map(p -> p.unsqueeze(dim)).toArray(Tensor[]::new));
  }

  /**
   * Sums of products, by Einstein's convention: {@code Tensor.einsum("bij,bjk->bik", x, y)} multiplies matrices.
   *
   * <p>Each operand has a letter for each dimension. Dimensions of one letter run together (a size of 1 stretches); a letter
   * twice in an operand takes its diagonal. The result has the letters after the arrow, all others are summed over; without
   * an arrow, those that occur once, in alphabetical order. {@code ...} stands for any further dimensions, which broadcast.
   *
   * @throws JacquardException on subscripts that do not fit the operands, naming them
   */
  public static Tensor einsum(String subscripts, Tensor... operands) {
    return Einsum.of(subscripts, operands);
  }

  // ---- gradients

  /** Marks a tensor that no operation made as one whose gradient is wanted; returns it. */
  public Tensor requiresGrad() {
    if (source instanceof Leaf) return this;
    withLeaf(new Leaf());
    ownsLeaf = true;
    return this;
  }

  /** As {@link #requiresGrad()}, collecting the gradient in a given place. */
  public Tensor withLeaf(Leaf leaf) {
    if (!dtype().isFloating()) {
      throw new JacquardException(
          "requiresGrad: a " + dtype() + " tensor has no gradient, expected a floating type.");
    }
    if (source instanceof Node) {
      throw new JacquardException(
          "requiresGrad: this tensor is the result of an operation. Call detach() first.");
    }
    source = leaf;
    return showing(leaf);
  }

  /** Says that this shows memory of a leaf that can be assigned to, or of none (null); no gradient is recorded for that. */
  public Tensor showing(@Nullable Leaf leaf) {
    shown = leaf;
    return this;
  }

  @Nullable
  Leaf shown() {
    return shown;
  }

  /** Whether a gradient is recorded for this tensor. */
  public boolean isRecorded() {
    return source != null;
  }

  /**
   * Calls {@code hook} with this tensor's gradient in each backward pass, when all of it has arrived, and goes on with
   * what it returns: the gradient itself or another one of the same type and shape.
   *
   * @return what takes the hook away again
   */
  public Hook registerHook(UnaryOperator<Tensor> hook) {
    checkOpen("registerHook");
    return switch (source) {
      case Node node -> node.hooks(sourceIndex).add(hook);
      case Leaf leaf -> leaf.hooks().add(hook);
      case null ->
        throw new JacquardException("registerHook: nothing is recorded for this tensor, so it gets "
            + "no gradient. Call it on one that requires a gradient, or depends on one that does.");
    };
  }

  /** The gradient that backward passes have added up for this leaf; null if there is none. */
  public @Nullable Tensor grad() {
    return source instanceof Leaf leaf ? leaf.gradient() : null;
  }

  /** The same values without a history. */
  public Tensor detach() {
    checkOpen("detach");
    return handle(device, block, view, null, 0, shown);
  }

  /** Another handle on the same value, with its history. */
  Tensor alias() {
    return handle(device, block, view, source, sourceIndex, shown);
  }

  /** Adds the gradient of this scalar to every leaf it depends on; what was kept for it is freed on the way. */
  public void backward() {
    backward(false);
  }

  /** @param retainGraph keep what was recorded, for another pass */
  public void backward(boolean retainGraph) {
    checkDifferentiable("backward");
    try (var _ = Scope.open()) {
      Engine.backward(this, ones(device, dtype(), shape()), retainGraph);
    }
  }

  /** As {@link #backward()}, from a tensor of any shape, given the gradient of the loss with respect to it. */
  public void backward(Tensor gradient) {
    checkOpen("backward");
    gradient.checkOpen("backward");
    if (source == null) checkDifferentiable("backward");
    if (!gradient.spec().equals(spec()) || gradient.device() != device) {
      throw new JacquardException("backward: the gradient is " + gradient.spec() + " on " + gradient.device()
          + ", expected " + spec() + " on " + device + ", as the tensor is.");
    }
    Engine.backward(this, gradient, false);
  }

  void checkDifferentiable(String op) {
    checkOpen(op);
    if (source == null) {
      throw new JacquardException(
          op + ": nothing was recorded for this tensor. None of its inputs requires a gradient, "
              + "or it was computed under noGrad(), or it was detached.");
    }
    if (numel() != 1) {
      throw new JacquardException(op + ": a tensor of shape " + shape()
          + " has no single gradient, expected one element. Reduce it, with mean() or sum().");
    }
  }

  @Nullable
  Source source() {
    return source;
  }

  int sourceIndex() {
    return sourceIndex;
  }

  // ---- out of the device

  /** The one element. */
  public double item() {
    if (numel() != 1)
      throw new JacquardException("item: shape " + shape() + " has " + numel() + " elements, expected 1.");
    return HostData.item(this);
  }

  /** All elements in row-major order, converted to float. */
  public float[] toFloats() {
    return HostData.floats(this);
  }

  public double[] toDoubles() {
    return HostData.doubles(this);
  }

  /** All elements of an integer or bool tensor in row-major order. */
  public long[] toLongs() {
    return HostData.longs(this);
  }

  /** The elements in row-major order, in native byte order, in memory of the given arena. */
  public MemorySegment toSegment(Arena arena) {
    return HostData.download(this, arena);
  }

  /** A copy on another device, without history. */
  public Tensor to(Device target) {
    return target == device ? this : HostData.move(this, target);
  }

  /** The values as PyTorch prints them, long ones abridged; then type and device where they are not the usual. */
  @Override
  public String toString() {
    return closed ? "Tensor(freed, shape " + shape() + ")" : TensorText.of(this);
  }

  // ---- ops

  /** Runs an op; its visible outputs. */
  public static Tensor[] apply(Op op, Tensor... in) {
    return Dispatch.apply(op, in);
  }
}
