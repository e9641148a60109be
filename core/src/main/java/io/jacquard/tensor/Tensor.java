package io.jacquard.tensor;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.ops.Concat;
import io.jacquard.ops.Expand;
import io.jacquard.ops.Fuse;
import io.jacquard.ops.Gather;
import io.jacquard.ops.LogSoftmax;
import io.jacquard.ops.MatMul;
import io.jacquard.ops.Permute;
import io.jacquard.ops.Reductions;
import io.jacquard.ops.RequireRange;
import io.jacquard.ops.Reshape;
import io.jacquard.ops.ScalarFunction;
import io.jacquard.ops.Scalars;
import io.jacquard.ops.Slice;
import io.jacquard.ops.Softmax;
import io.jacquard.spi.Block;
import io.jacquard.spi.Device;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.stream.IntStream;
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
public final class Tensor implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int UNOWNED = Integer.MAX_VALUE;

  private final Device device;
  private final Block block;
  private final View view;
  /** Where the gradient goes; null if none is recorded. */
  private @Nullable Source source;
  private final int sourceIndex;
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
    block.retain();
    if (source instanceof Node node) node.retain();
    var tensor = new Tensor(device, block, view, source, sourceIndex);
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
    cleanable = CLEANER.register(this, new Release(block, source));
  }

  /** What a handle holds on to. Must not refer to the handle itself. */
  private record Release(Block block, @Nullable Source source) implements Runnable {
    @Override
    public void run() {
      block.release();
      if (source instanceof Node node) node.release();
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
    if (ownsLeaf) ((Leaf) source).abandon();
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

  public DType dtype() {
    return view.dtype();
  }

  public Shape shape() {
    return view.shape();
  }

  /** The size of one dimension; negative dimensions count from the last. */
  public long size(int dim) {
    return shape().size(shape().dim("size", dim));
  }

  public int rank() {
    return shape().rank();
  }

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

  // ---- elementwise, broadcasting

  public Tensor add(Tensor other) {
    return apply(Scalars.ADD.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor add(double value) {
    return Scalars.withValue(Scalars.ADD_VALUE, this, value);
  }

  public Tensor sub(Tensor other) {
    return apply(Scalars.SUB.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor sub(double value) {
    return Scalars.withValue(Scalars.SUB_VALUE, this, value);
  }

  public Tensor mul(Tensor other) {
    return apply(Scalars.MUL.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor mul(double value) {
    return Scalars.withValue(Scalars.MUL_VALUE, this, value);
  }

  /** The true quotient: integers are converted to float32 first. */
  public Tensor div(Tensor other) {
    return apply(Scalars.DIV.on(dtype(), other.dtype()), this, other)[0];
  }

  /** The true quotient: integers are converted to float32 first. */
  public Tensor div(double value) {
    return Scalars.withValue(Scalars.DIV_VALUE, dtype().isFloating() ? this : to(DType.FLOAT32), value);
  }

  /** Of two integer tensors float32, unlike PyTorch's: no scalar operation raises integers to a power. */
  public Tensor pow(Tensor exponent) {
    return apply(Scalars.POW.on(dtype(), exponent.dtype()), this, exponent)[0];
  }

  /** Whole powers of integers, from 0 on, are integers; others are float32. */
  public Tensor pow(double exponent) {
    if (dtype() == DType.BOOL) return to(DType.INT64).pow(exponent);
    if (exponent == 2) return unary(Scalars.SQUARE);
    if (!dtype().isFloating()) return fuse(x -> x.pow(exponent), this);
    return Scalars.withValue(Scalars.POW_VALUE, this, exponent);
  }

  /** The larger of each pair; NaN if either is. */
  public Tensor maximum(Tensor other) {
    return apply(Scalars.MAXIMUM.on(dtype(), other.dtype()), this, other)[0];
  }

  /** The smaller of each pair; NaN if either is. */
  public Tensor minimum(Tensor other) {
    return apply(Scalars.MINIMUM.on(dtype(), other.dtype()), this, other)[0];
  }

  /** Held between two bounds; at a bound the gradient passes. If {@code low > high}, all become {@code high}. */
  public Tensor clamp(double low, double high) {
    return fuse(x -> x.clamp(low, high), this);
  }

  public Tensor neg() {
    return unary(Scalars.NEG);
  }

  public Tensor abs() {
    return unary(Scalars.ABS);
  }

  public Tensor sign() {
    return unary(Scalars.SIGN);
  }

  public Tensor floor() {
    return unary(Scalars.FLOOR);
  }

  public Tensor ceil() {
    return unary(Scalars.CEIL);
  }

  public Tensor exp() {
    return unary(Scalars.EXP);
  }

  public Tensor log() {
    return unary(Scalars.LOG);
  }

  public Tensor log1p() {
    return unary(Scalars.LOG1P);
  }

  public Tensor sqrt() {
    return unary(Scalars.SQRT);
  }

  public Tensor rsqrt() {
    return unary(Scalars.RSQRT);
  }

  public Tensor sin() {
    return unary(Scalars.SIN);
  }

  public Tensor cos() {
    return unary(Scalars.COS);
  }

  public Tensor erf() {
    return unary(Scalars.ERF);
  }

  public Tensor tanh() {
    return unary(Scalars.TANH);
  }

  public Tensor sigmoid() {
    return unary(Scalars.SIGMOID);
  }

  public Tensor relu() {
    return unary(Scalars.RELU);
  }

  /** PyTorch's default slope is 0.01. */
  public Tensor leakyRelu(double slope) {
    return fuse(x -> x.leakyRelu(slope), this);
  }

  /** The exact form, with erf. */
  public Tensor gelu() {
    return unary(Scalars.GELU);
  }

  public Tensor square() {
    return unary(Scalars.SQUARE);
  }

  public Tensor eq(Tensor other) {
    return apply(Scalars.EQ.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor eq(double value) {
    return Scalars.withValue(Scalars.EQ_VALUE, this, value);
  }

  public Tensor ne(Tensor other) {
    return apply(Scalars.NE.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor ne(double value) {
    return Scalars.withValue(Scalars.NE_VALUE, this, value);
  }

  public Tensor lt(Tensor other) {
    return apply(Scalars.LT.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor lt(double value) {
    return Scalars.withValue(Scalars.LT_VALUE, this, value);
  }

  public Tensor le(Tensor other) {
    return apply(Scalars.LE.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor le(double value) {
    return Scalars.withValue(Scalars.LE_VALUE, this, value);
  }

  public Tensor gt(Tensor other) {
    return apply(Scalars.GT.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor gt(double value) {
    return Scalars.withValue(Scalars.GT_VALUE, this, value);
  }

  public Tensor ge(Tensor other) {
    return apply(Scalars.GE.on(dtype(), other.dtype()), this, other)[0];
  }

  public Tensor ge(double value) {
    return Scalars.withValue(Scalars.GE_VALUE, this, value);
  }

  /** Of bools. */
  public Tensor and(Tensor other) {
    return apply(Scalars.AND.on(dtype(), other.dtype()), this, other)[0];
  }

  /** Of bools. */
  public Tensor or(Tensor other) {
    return apply(Scalars.OR.on(dtype(), other.dtype()), this, other)[0];
  }

  /** Of bools. */
  public Tensor not() {
    return unary(Scalars.NOT);
  }

  public Tensor isNan() {
    return unary(Scalars.IS_NAN);
  }

  /** {@code condition ? yes : no}, element by element. */
  public static Tensor where(Tensor condition, Tensor yes, Tensor no) {
    return apply(Scalars.WHERE.on(condition.dtype(), yes.dtype(), no.dtype()), condition, yes, no)[0];
  }

  /** Converted; the same tensor if it has that type already. Gradients flow between floating types. */
  public Tensor to(DType dtype) {
    return dtype == dtype() ? this : apply(Scalars.cast(dtype).on(dtype()), this)[0];
  }

  private Tensor unary(ScalarFunction function) {
    return apply(function.on(dtype()), this)[0];
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

  // ---- reductions: over the given dimensions, or all; a reduced dimension goes, unless keepDims

  public Tensor sum(int... dims) {
    return sum(false, dims);
  }

  /** Integers and bools are summed in int64. */
  public Tensor sum(boolean keepDims, int... dims) {
    return Reductions.sum(this, keepDims, dims);
  }

  public Tensor mean(int... dims) {
    return mean(false, dims);
  }

  public Tensor mean(boolean keepDims, int... dims) {
    return Reductions.mean(this, keepDims, dims);
  }

  public Tensor max(int... dims) {
    return max(false, dims);
  }

  /** NaN if any element is; the gradient is shared equally among equal maxima, as PyTorch's amax does. */
  public Tensor max(boolean keepDims, int... dims) {
    return Reductions.max(this, keepDims, dims);
  }

  public Tensor min(int... dims) {
    return min(false, dims);
  }

  public Tensor min(boolean keepDims, int... dims) {
    return Reductions.min(this, keepDims, dims);
  }

  /** The int64 position of the first largest element along a dimension. */
  public Tensor argmax(int dim) {
    return Reductions.argmax(this, dim);
  }

  public Tensor argmin(int dim) {
    return Reductions.argmin(this, dim);
  }

  /** The unbiased variance, with divisor n - 1. */
  public Tensor var(int... dims) {
    return var(1, false, dims);
  }

  /** The variance with divisor {@code n - correction}. */
  public Tensor var(int correction, boolean keepDims, int... dims) {
    return Reductions.variance(this, correction, keepDims, dims);
  }

  /** Summed down to a shape that broadcasts to this one: the opposite of {@link #expand}. Integers become int64. */
  public Tensor sumTo(Shape shape) {
    return Reductions.sumTo(this, shape);
  }

  public Tensor softmax(int dim) {
    return apply(new Softmax(shape().dim("softmax", dim)), this)[0];
  }

  public Tensor logSoftmax(int dim) {
    return apply(new LogSoftmax(shape().dim("log_softmax", dim)), this)[0];
  }

  // ---- matrix products

  /**
   * The matrix product; batch dimensions broadcast, a vector counts as a row on the left and a column on the right.
   *
   * @throws JacquardException if the inner sizes differ, with both shapes
   */
  public Tensor matmul(Tensor other) {
    MatMul.check("matmul", spec(), other.spec());
    if (rank() == 1) return unsqueeze(0).matmul(other).squeeze(other.rank() == 1 ? 0 : -2);
    if (other.rank() == 1) return matmul(other.unsqueeze(1)).squeeze(-1);
    if (rank() > 2 && other.rank() == 2) {
      // One large product instead of a batch with a shared right side.
      var rows = flatten(0, -2).matmul(other);
      return rows.reshape(shape().with(rank() - 1, other.size(1)));
    }
    return apply(new MatMul(), this, other)[0];
  }

  /** The last two dimensions exchanged. */
  public Tensor mT() {
    return transpose(-2, -1);
  }

  // ---- views: no data moves

  /** The same elements under another shape; one size may be -1. A view where strides allow it, otherwise a copy. */
  public Tensor reshape(long... sizes) {
    return reshape(HostData.inferShape(shape(), sizes));
  }

  public Tensor reshape(Shape shape) {
    if (shape.equals(shape())) return this;
    if (shape.numel() != numel()) {
      throw new JacquardException("reshape: " + shape() + " has " + numel() + " elements, " + shape + " has "
          + shape.numel() + ". They must be equal.");
    }
    var source = Reshape.of(view.layout(), shape) == null ? contiguous() : this;
    return apply(new Reshape(shape), source)[0];
  }

  /** Dimensions from {@code startDim} on joined into one. */
  public Tensor flatten(int startDim) {
    return flatten(startDim, -1);
  }

  /** Dimensions from {@code startDim} to {@code endDim} (which counts too) joined into one. */
  public Tensor flatten(int startDim, int endDim) {
    int from = shape().dim("flatten", startDim);
    int to = shape().dim("flatten", endDim);
    if (from > to) {
      throw new JacquardException("flatten: dimension " + startDim + " comes after " + endDim + " in shape "
          + shape() + ". Name the first dimension first.");
    }
    var joined = shape();
    for (int d = to; d > from; d--)
      joined = joined.without(d).with(d - 1, joined.size(d - 1) * joined.size(d));
    return reshape(joined);
  }

  public Tensor flatten() {
    return reshape(Shape.of(numel()));
  }

  /** The dimensions in another order. */
  public Tensor permute(int... dims) {
    var order = IntStream.of(dims).map(d -> shape().dim("permute", d)).toArray();
    if (IntStream.of(order).distinct().count() != rank() || order.length != rank()) {
      throw new JacquardException("permute: " + Arrays.toString(dims) + " is not an order of the " + rank()
          + " dimensions of shape " + shape() + ". Name each dimension once.");
    }
    return apply(new Permute(order), this)[0];
  }

  /** Two dimensions exchanged. */
  public Tensor transpose(int a, int b) {
    var order = IntStream.range(0, rank()).toArray();
    int x = shape().dim("transpose", a);
    int y = shape().dim("transpose", b);
    order[x] = y;
    order[y] = x;
    return apply(new Permute(order), this)[0];
  }

  /** Indices {@code start} to {@code end - 1} of a dimension; negative ones count from the end, both are clipped. */
  public Tensor slice(int dim, long start, long end) {
    return slice(dim, start, end, 1);
  }

  /** Every {@code step}-th index from {@code start} to {@code end - 1}, as Python's {@code start:end:step}. */
  public Tensor slice(int dim, long start, long end, long step) {
    int d = shape().dim("slice", dim);
    long size = shape().size(d);
    if (step < 1) throw new JacquardException("slice: step " + step + ", expected 1 or more.");
    long from = Math.clamp(start < 0 ? start + size : start, 0, size);
    long to = Math.clamp(end < 0 ? end + size : end, from, size);
    return apply(new Slice(d, from, Math.ceilDiv(to - from, step), step), this)[0];
  }

  /** One index of a dimension, which goes. */
  public Tensor select(int dim, long index) {
    int d = shape().dim("select", dim);
    long size = shape().size(d);
    if (index < -size || index >= size) {
      throw new JacquardException(
          "select: index " + index + " is outside dimension " + dim + " of shape " + shape()
              + ", expected " + -size + " to " + (size - 1) + ".");
    }
    long at = index < 0 ? index + size : index;
    return slice(d, at, at + 1).squeeze(d);
  }

  /** Sizes of 1 stretched, and new leading dimensions, without a copy; -1 keeps a size. */
  public Tensor expand(long... sizes) {
    var wanted = sizes.clone();
    int missing = sizes.length - rank();
    for (int d = Math.max(missing, 0); d < wanted.length; d++) {
      if (wanted[d] == -1) wanted[d] = shape().size(d - missing);
    }
    return expand(Shape.of(wanted));
  }

  public Tensor expand(Shape shape) {
    return shape.equals(shape()) ? this : apply(new Expand(shape), this)[0];
  }

  /** Without a dimension of size 1; a larger one stays. */
  public Tensor squeeze(int dim) {
    int d = shape().dim("squeeze", dim);
    return shape().size(d) == 1 ? reshape(shape().without(d)) : this;
  }

  /** With a new dimension of size 1 before {@code dim}. */
  public Tensor unsqueeze(int dim) {
    int d = dim < 0 ? dim + rank() + 1 : dim;
    if (d < 0 || d > rank()) {
      throw new JacquardException("unsqueeze: dimension " + dim + " for shape " + shape() + ", expected "
          + (-rank() - 1) + " to " + rank() + ".");
    }
    return reshape(shape().insert(d, 1));
  }

  /** The same elements without gaps, row-major; this tensor if it is so already. */
  public Tensor contiguous() {
    return view.layout().isContiguous() ? this : apply(Scalars.IDENTITY.on(dtype()), this)[0];
  }

  // ---- joining and choosing

  /** Joined along an existing dimension. */
  public static Tensor concat(int dim, Tensor... parts) {
    if (parts.length == 0) throw new JacquardException("concat: expected at least one tensor.");
    return apply(new Concat(parts[0].shape().dim("concat", dim)), parts)[0];
  }

  /** Joined along a new dimension. */
  public static Tensor stack(int dim, Tensor... parts) {
    if (parts.length == 0) throw new JacquardException("stack: expected at least one tensor.");
    for (var part : parts) {
      if (!part.spec().equals(parts[0].spec())) {
        throw new JacquardException("stack: " + parts[0].spec() + " and " + part.spec()
            + " differ, expected equal types and shapes. To join along an existing dimension, use concat.");
      }
    }
    return concat(dim < 0 ? dim + parts[0].rank() + 1 : dim,
        Arrays.stream(parts).map(p -> p.unsqueeze(dim)).toArray(Tensor[]::new));
  }

  /** Rows along dimension 0, chosen by a 1-D index of int32 or int64; the gradient adds up where rows repeat. */
  public Tensor gatherRows(Tensor index) {
    return apply(new Gather(), this, index)[0];
  }

  /**
   * Class numbers as rows of zeros with a one: int64 {@code [...] -> [..., classes]}.
   *
   * @throws JacquardException on a number outside 0 to {@code classes - 1}
   */
  public Tensor oneHot(long classes) {
    apply(new RequireRange("one_hot: class", classes, "Check the numbers, or ask for more classes."), this);
    var all = HostData.arange(device, classes);
    return unsqueeze(-1).eq(all).to(DType.INT64);
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
    return this;
  }

  /** Whether a gradient is recorded for this tensor. */
  public boolean isRecorded() {
    return source != null;
  }

  /** The gradient that backward passes have added up for this leaf; null if there is none. */
  public @Nullable Tensor grad() {
    return source instanceof Leaf leaf ? leaf.gradient() : null;
  }

  /** The same values without a history. */
  public Tensor detach() {
    checkOpen("detach");
    return handle(device, block, view, null, 0);
  }

  /** Another handle on the same value, with its history. */
  Tensor alias() {
    return handle(device, block, view, source, sourceIndex);
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
