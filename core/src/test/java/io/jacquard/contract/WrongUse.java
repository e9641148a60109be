package io.jacquard.contract;

import io.jacquard.DType;
import io.jacquard.Shape;
import io.jacquard.nn.Loss;
import io.jacquard.ops.CrossEntropy;
import io.jacquard.ops.Linear;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Device;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.tensor.GradMode;
import io.jacquard.tensor.Gradients;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.util.stream.Stream;

/** What wrong use is told: the operation, what was given, what does not fit, and a cure. */
final class WrongUse {
  private WrongUse() {}

  static void cases(OpCases cases) {
    shapes(cases);
    products(cases);
    dimensions(cases);
    types(cases);
    sizes(cases);
    freed(cases);
    devices(cases);
    gradients(cases);
  }

  private static Tensor zeros(long... sizes) {
    return Tensor.zeros(sizes);
  }

  private interface OfTwo {
    Tensor of(Tensor a, Tensor b);
  }

  private static void broadcast(OpCases cases, String op, OfTwo f) {
    cases.refused(op, "[2, 3] with [4]", () -> f.of(zeros(2, 3), zeros(4)), op + ":", "[2, 3]", "[4]",
        "dimension -1", "sizes 3 and 4", "reshape");
    cases.refused(op, "[2, 3] with [5, 1]", () -> f.of(zeros(2, 3), zeros(5, 1)), op + ":", "[2, 3]",
        "[5, 1]",
        "dimension -2", "sizes 2 and 5");
  }

  private static void shapes(OpCases cases) {
    broadcast(cases, "add", Tensor::add);
    broadcast(cases, "sub", Tensor::sub);
    broadcast(cases, "mul", Tensor::mul);
    broadcast(cases, "div", Tensor::div);
    broadcast(cases, "pow", Tensor::pow);
    broadcast(cases, "maximum", Tensor::maximum);
    broadcast(cases, "minimum", Tensor::minimum);
    broadcast(cases, "eq", Tensor::eq);
    broadcast(cases, "ne", Tensor::ne);
    broadcast(cases, "lt", Tensor::lt);
    broadcast(cases, "le", Tensor::le);
    broadcast(cases, "gt", Tensor::gt);
    broadcast(cases, "ge", Tensor::ge);
    broadcast(cases, "fuse", (a, b) -> Tensor.fuse((x, y) -> x.add(y), a, b));
    broadcast(cases, "where", (a, b) -> Tensor.where(Tensor.of(true), a, b));
    cases.refused("concat", "other sizes", () -> Tensor.concat(0, zeros(2, 3), zeros(2, 4)), "concat",
        "[2, 3]",
        "[2, 4]", "dimension 0");
    cases.refused("concat", "another rank", () -> Tensor.concat(0, zeros(2, 3), zeros(2)), "concat", "[2, 3]",
        "[2]");
    cases.refused("concat", "nothing", () -> Tensor.concat(0), "concat", "at least one");
    cases.refused("stack", "other sizes", () -> Tensor.stack(0, zeros(2), zeros(3)), "stack", "[2]", "[3]",
        "equal", "concat");
    cases.refused("stack", "nothing", () -> Tensor.stack(0), "stack", "at least one");
    cases.refused("fuse", "nothing", () -> Tensor.fuseAll(in -> in[0]), "fuse", "at least one");
    cases.refused("fuse", "the gradient of more than 64 tensors",
        () -> Tensor.fuseAll(in -> in[0].add(in[64]),
            Stream.generate(() -> zeros(1).requiresGrad()).limit(65).toArray(Tensor[]::new)),
        "fuse", "65", "at most 64");
    cases.refused("expand", "a size that is not 1", () -> zeros(2, 3).expand(2, 6), "expand", "[2, 3]",
        "[2, 6]");
    cases.refused("expand", "fewer dimensions", () -> zeros(1, 3).expand(3), "expand", "[1, 3]", "[3]");
    cases.refused("sum_to", "a larger shape", () -> zeros(3).sumTo(Shape.of(2, 3)), "sum_to", "[3]", "[2, 3]",
        "expand");
    cases.refused("sum_to", "another size", () -> zeros(3).sumTo(Shape.of(2)), "sum_to", "[3]", "[2]");
    cases.refused("reshape", "another number of elements", () -> zeros(2, 3).reshape(4, 2), "reshape",
        "[2, 3]",
        "6 elements", "[4, 2]", "8");
    cases.refused("reshape", "two open sizes", () -> zeros(2, 3).reshape(-1, -1), "reshape",
        "at most one -1");
    cases.refused("reshape", "what does not divide", () -> zeros(2, 3).reshape(4, -1), "reshape", "[2, 3]",
        "[4, -1]", "divide");
    cases.refused("reshape", "a negative size", () -> zeros(2, 3).reshape(-2, -3), "reshape", "[-2, -3]",
        "negative");
  }

  private static void products(OpCases cases) {
    cases.refused("matmul", "other inner sizes", () -> zeros(2, 3).matmul(zeros(4, 5)), "matmul", "[2, 3]",
        "[4, 5]", "3 columns", "4 rows", "must be equal");
    cases.refused("matmul", "what a transpose would mend", () -> zeros(2, 3).matmul(zeros(5, 3)), "matmul",
        "[2, 3]", "[5, 3]", "Transpose the second");
    cases.refused("matmul", "what another transpose would mend", () -> zeros(3, 2).matmul(zeros(3, 5)),
        "[3, 2]",
        "Transpose the first");
    cases.refused("matmul", "a vector of another size", () -> zeros(4).matmul(zeros(3, 5)), "[4]", "[3, 5]",
        "4 columns");
    cases.refused("matmul", "a second vector of another size", () -> zeros(2, 3).matmul(zeros(4)), "[2, 3]",
        "[4]",
        "4 rows");
    cases.refused("matmul", "a batch by a matrix", () -> zeros(2, 3, 4).matmul(zeros(5, 6)), "[2, 3, 4]",
        "[5, 6]");
    cases.refused("matmul", "batches that do not broadcast", () -> zeros(2, 3, 4).matmul(zeros(3, 4, 5)),
        "matmul",
        "[2]", "[3]", "broadcast");
    cases.refused("matmul", "scalars", () -> Tensor.scalar(1).matmul(zeros(2, 2)), "matmul", "[]", "[2, 2]",
        "mul");
    cases.refused("matmul", "two types", () -> zeros(2, 2).matmul(Tensor.of(1, 2)), "matmul", "float32",
        "int32",
        "to(DType)");
    cases.refused("matmul", "bools",
        () -> Tensor.of(true, false).matmul(Tensor.of(true, false)), "matmul", "bool", "to(DType)");
    cases.refused("linear", "another number of features",
        () -> Tensor.apply(new Linear(), zeros(2, 3), zeros(4, 5), zeros(4)), "linear", "[2, 3]", "[4, 5]",
        "in_features");
    cases.refused("linear", "a scalar weight",
        () -> Tensor.apply(new Linear(), zeros(2, 3), Tensor.scalar(1), zeros(4)), "linear", "[2, 3]", "[]");
    cases.refused("linear", "another bias",
        () -> Tensor.apply(new Linear(), zeros(2, 3), zeros(4, 3), zeros(1)),
        "linear", "bias [1]", "[4, 3]", "expected [4]");
    cases.refused("linear", "integers",
        () -> Tensor.apply(new Linear(), Tensor.of(1, 2).reshape(1, 2), zeros(4, 2), zeros(4)), "linear",
        "int32",
        "float32");
  }

  private static void dimensions(OpCases cases) {
    cases.refused("sum", "a dimension that is not there", () -> zeros(2, 3).sum(2), "sum", "dimension 2",
        "[2, 3]", "-2 to 1");
    cases.refused("amax", "a negative one", () -> zeros(2, 3).max(-3), "amax", "dimension -3", "[2, 3]");
    cases.refused("mean", "a dimension of a scalar", () -> Tensor.scalar(1).mean(0), "mean", "dimension 0",
        "scalar");
    cases.refused("sum", "a dimension twice", () -> zeros(2, 3).sum(0, -2), "sum", "[2, 3]", "twice");
    cases.refused("amax", "over nothing", () -> zeros(2, 0).max(1), "amax", "dimension 1", "[2, 0]",
        "no element");
    cases.refused("argmin", "over nothing", () -> zeros(0, 2).argmin(0), "argmin", "[0, 2]");
    cases.refused("softmax", "a dimension that is not there", () -> zeros(2).softmax(1), "softmax", "[2]");
    cases.refused("permute", "too few", () -> zeros(2, 3).permute(0), "permute", "[0]", "[2, 3]", "each");
    cases.refused("permute", "one twice", () -> zeros(2, 3).permute(0, 0), "permute", "[0, 0]");
    cases.refused("transpose", "one that is not there", () -> zeros(2, 3).transpose(0, 5), "transpose",
        "dimension 5");
    cases.refused("select", "an index outside", () -> zeros(2, 3).select(1, 3), "select", "index 3",
        "dimension 1", "[2, 3]", "-3 to 2");
    cases.refused("slice", "a step of 0", () -> zeros(2).slice(0, 0, 2, 0), "slice", "step 0", "1 or more");
    cases.refused("slice", "a step backwards", () -> zeros(2).slice(0, 0, 2, -1), "slice", "step -1");
    cases.refused("unsqueeze", "too far", () -> zeros(2).unsqueeze(3), "unsqueeze", "dimension 3", "[2]",
        "-2 to 1");
    cases.refused("flatten", "backwards", () -> zeros(2, 3).flatten(1, 0), "flatten", "[2, 3]");
    cases.refused("squeeze", "one that is not there", () -> zeros(2).squeeze(4), "squeeze", "dimension 4");
    cases.refused("index_select", "a scalar table", () -> Tensor.scalar(1).gatherRows(Tensor.of(0L)),
        "index_select", "scalar");
    cases.refused("index_select", "an index of two dimensions",
        () -> zeros(3, 2).gatherRows(Tensor.of(0L, 1L).reshape(1, 2)), "index_select", "[1, 2]", "flatten");
    cases.refused("index_select", "a row that is not there",
        () -> zeros(3, 2).gatherRows(Tensor.of(0L, 3L)),
        "3", "0 to 2");
    cases.refused("one_hot", "a class that is not there", () -> Tensor.of(0L, 5L).oneHot(3), "one_hot", "5",
        "0 to 2");
    cases.refused("one_hot", "a negative class", () -> Tensor.of(0L, -1L).oneHot(3), "one_hot", "-1",
        "0 to 2");
    cases.refused("cross_entropy", "one-hot labels",
        () -> Tensor.apply(new CrossEntropy(), zeros(2, 3), zeros(2, 3)), "cross_entropy", "[2, 3]",
        "argmax");
    cases.refused("mse", "other shapes", () -> Loss.mse().of(zeros(4, 1), zeros(4)), "mse", "[4, 1]", "[4]",
        "reshape");
  }

  private static void types(OpCases cases) {
    cases.refused("mean", "integers", () -> Tensor.of(1, 2).mean(), "mean", "int32", "to(DType.FLOAT32)");
    cases.refused("var", "integers", () -> Tensor.of(1L, 2L).var(), "var", "int64", "to(DType.FLOAT32)");
    cases.refused("softmax", "integers", () -> Tensor.of(1, 2).softmax(0), "softmax", "int32",
        "to(DType.FLOAT32)");
    cases.refused("log_softmax", "integers", () -> Tensor.of(1, 2).logSoftmax(0), "log_softmax", "int32");
    cases.refused("index_select", "an index of floats", () -> zeros(3).gatherRows(zeros(1)), "index_select",
        "float32", "to(DType.INT64)");
    cases.refused("one_hot", "floats", () -> zeros(3).oneHot(2), "one_hot", "float32", "integer");
    cases.refused("to", "the whole numbers of floats", () -> zeros(3).toLongs(), "toLongs", "float32",
        "to(DType.INT64)");
    cases.refused("add", "bools", () -> Tensor.of(true).add(Tensor.of(true)), "ADD", "bool", "to(DType)");
  }

  private static void sizes(OpCases cases) {
    cases.refused("zeros", "a negative size", () -> zeros(2, -3), "[2, -3]", "negative");
    cases.refused("zeros", "a product beyond a long", () -> zeros(1L << 40, 1L << 40), "[1099511627776, ",
        "long");
    cases.refused("zeros", "bytes beyond all addresses", () -> zeros(1L << 61), "float32", "bytes");
    cases.refused("reshape", "a product beyond a long", () -> zeros(4).reshape(1L << 40, 1L << 40, -1),
        "long");
    cases.refused("Tensor.of", "another number of values", () -> Tensor.of(new float[3], Shape.of(2, 2)),
        "Tensor.of", "[2, 2]", "16 bytes", "12");
    cases.refused("Tensor.of", "rows of two lengths", () -> Tensor.of(new float[][]{{1, 2}, {3}}), "row 1",
        "1",
        "2");
    cases.refused("item", "several elements", () -> zeros(2).item(), "item", "[2]", "expected 1");
  }

  private static void freed(OpCases cases) {
    cases.refused("Scope", "a tensor that went with its scope", () -> {
      Tensor x;
      try (var _ = Scope.open()) {
        x = zeros(2, 3);
      }
      x.add(1);
    }, "add", "[2, 3]", "freed", "keep()");
    cases.refused("Scope", "a closed tensor as second operand", () -> {
      var x = zeros(2);
      x.close();
      zeros(2).mul(x);
    }, "mul", "[2]", "freed");
    cases.refused("Scope", "to read a closed tensor", () -> {
      var x = zeros(1);
      x.close();
      x.item();
    }, "item", "freed");
    cases.refused("Scope", "a backward pass from a closed tensor", () -> {
      var y = zeros(1).requiresGrad().square();
      y.close();
      y.backward(zeros(1));
    }, "backward", "freed");
    cases.refused("Scope", "to keep a closed tensor", () -> {
      var x = zeros(1);
      x.close();
      x.keep();
    }, "keep", "freed");
  }

  /** The same device under another number. */
  private static final class Second extends ForwardingBackend {
    Second(Backend inner) {
      super(inner);
    }

    @Override
    public DeviceInfo info() {
      var of = inner.info();
      return new DeviceInfo(of.backend(), of.ordinal() + 1, of.description(), of.threads(), of.float64());
    }

    @Override
    public void close() {
      // the backend is not this decorator's
    }
  }

  private static void devices(OpCases cases) {
    var second = new Device(new Second(cases.device().backend()));
    var names = new String[]{"on " + cases.device(), "on " + second, "to(device)"};
    cases.refused("to", "tensors of two devices", () -> zeros(2).add(there(second)), "add", names[0],
        names[1],
        names[2]);
    cases.refused("to", "matrices of two devices",
        () -> zeros(2, 2).matmul(there(second).unsqueeze(1)), "matmul", names[0], names[1]);
    cases.refused("to", "parts of two devices", () -> Tensor.concat(0, zeros(2), there(second)), "concat",
        names[0], names[1]);
    cases.refused("to", "a gradient of another device",
        () -> zeros(2).requiresGrad().square().backward(there(second)), "backward", names[0], names[1]);
    cases.add("to", "a copy on another device", _ -> OpCases.check(DType.FLOAT32, Plain.of(Shape.of(2), 3, 3),
        Tensor.of(2f, 2f).add(Device.with(second, () -> Tensor.of(1f, 1f)).to(cases.device()))));
  }

  private static Tensor there(Device device) {
    return Tensor.zeros(device, DType.FLOAT32, Shape.of(2));
  }

  private static void gradients(OpCases cases) {
    cases.refused("backward", "a second pass", () -> {
      var y = zeros(2).requiresGrad().exp().sum();
      y.backward();
      y.backward();
    }, "backward through sum", "second time", "retain");
    cases.refused("backward", "a second pass by Gradients", () -> {
      var x = zeros(2).requiresGrad();
      var y = x.exp().sum();
      y.backward();
      Gradients.of(y, x);
    }, "second time");
    cases.refused("backward", "several elements", () -> zeros(2).requiresGrad().exp().backward(), "backward",
        "[2]", "mean() or sum()");
    cases.refused("backward", "what was not recorded", () -> zeros(1).backward(), "backward", "recorded",
        "noGrad");
    cases.refused("backward", "what was computed under noGrad", () -> {
      var x = zeros(1).requiresGrad();
      try (var _ = GradMode.noGrad()) {
        x.exp().backward();
      }
    }, "backward", "noGrad");
    cases.refused("backward", "what was detached", () -> zeros(1).requiresGrad().exp().detach().backward(),
        "backward", "detached");
    cases.refused("backward", "a gradient of another shape",
        () -> zeros(2).requiresGrad().exp().backward(zeros(3)), "backward", "[3]", "[2]");
    cases.refused("backward", "a gradient of another type",
        () -> zeros(2).requiresGrad().exp().backward(Tensor.of(1, 2)), "backward", "int32[2]", "float32[2]");
    cases.refused("backward", "integers as leaves", () -> Tensor.of(1L).requiresGrad(), "requiresGrad",
        "int64",
        "floating");
    cases.refused("backward", "bools as leaves", () -> Tensor.of(true).requiresGrad(), "requiresGrad",
        "bool");
    cases.refused("backward", "results as leaves", () -> zeros(2).requiresGrad().exp().requiresGrad(),
        "requiresGrad", "detach()");
    cases.refused("backward", "a tensor that does not matter", () -> {
      var x = zeros(2).requiresGrad();
      Gradients.of(x.sum(), zeros(3).requiresGrad());
    }, "Gradients", "does not depend", "tensor 0", "[3]");
    cases.refused("backward", "a tensor without requiresGrad",
        () -> Gradients.of(zeros(2).requiresGrad().sum(), zeros(3)), "Gradients", "[3]", "requiresGrad()");
    cases.refused("backward", "a pass that fails half-way", () -> {
      var x = zeros(2).requiresGrad();
      var middle = x.exp();
      middle.sum().backward();
      Gradients.of(x.square().sum().add(middle.sum()), x);
    }, "second time");
  }
}
