package io.jacquard.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.contract.GradCheck;
import io.jacquard.contract.ReferenceBackend;
import io.jacquard.expr.Program;
import io.jacquard.spi.Backend;
import io.jacquard.spi.Device;
import io.jacquard.spi.ForwardingBackend;
import io.jacquard.spi.Layout;
import io.jacquard.spi.Operation;
import io.jacquard.spi.Reduction;
import io.jacquard.spi.Reduction.Fold;
import io.jacquard.spi.Spec;
import io.jacquard.spi.View;
import io.jacquard.tensor.CompositeOp;
import io.jacquard.tensor.Scope;
import io.jacquard.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Adds an op as docs/adding-an-op.md tells; the code on that page must be found here, word for word. */
class AddingAnOpTest {
  private static void on(Device device, Runnable body) {
    Device.with(device, () -> {
      try (var _ = Scope.open()) {
        body.run();
      }
    });
    assertEquals(0, device.memory().liveBytes());
  }

  // ---- an activation

  static Tensor squaredRelu(Tensor x) {
    return Tensor.fuse(v -> v.relu().square(), x);
  }

  @Test
  void squaredReluHasItsGradients() {
    on(ReferenceBackend.device(), () -> {
      var x = Tensor.of(new double[]{-2, -0.5, 0.5, 1, 3}, Shape.of(5));
      GradCheck.check(in -> squaredRelu(in[0]), x);
    });
  }

  // ---- a structural op

  /** {@code x / sqrt(mean(x^2) + eps)} along the last dimension (Zhang, Sennrich 2019). */
  record RmsNorm(double eps) implements CompositeOp {
    @Override
    public String name() {
      return "rms_norm";
    }

    @Override
    public Spec[] infer(Spec[] in) {
      if (in[0].shape().rank() == 0 || !in[0].dtype().isFloating()) {
        throw new JacquardException(
            "rms_norm: the tensor is " + in[0] + ", expected floats with at least one dimension.");
      }
      return new Spec[]{in[0]};
    }

    @Override
    public Tensor[] decompose(Tensor[] in) {
      var x = in[0];
      return new Tensor[]{x.mul(x.square().mean(true, -1).add(eps).rsqrt())};
    }
  }

  static Tensor rmsNorm(Tensor x, double eps) {
    return Tensor.apply(new RmsNorm(eps), x)[0];
  }

  @Test
  void rmsNormIsRight() {
    on(ReferenceBackend.device(), () -> {
      var x = Tensor.of(new double[]{3, 4, 6, 8}, Shape.of(2, 2));
      double root = Math.sqrt(12.5);
      assertArrayEquals(new double[]{3 / root, 4 / root, 3 / root, 4 / root}, rmsNorm(x, 0).toDoubles(),
          1e-15);
      GradCheck.check(in -> rmsNorm(in[0], 1e-5), x);
      GradCheck.check(in -> rmsNorm(in[0], 1e-5), x.mT());
    });
  }

  // ---- a backend takes it over

  static final class WithRmsNorm extends ForwardingBackend {
    private static final Program SQUARE = Program.of(in -> in[0].mul(in[0]), DType.FLOAT32);

    WithRmsNorm(Backend inner) {
      super(inner);
    }

    @Override
    public boolean run(Operation op, View[] in, View[] out) {
      return switch (op) {
        case RmsNorm(double eps) when in[0].dtype() == DType.FLOAT32 && in[0].numel() > 0 -> {
          rmsNorm(eps, in[0], out[0]);
          yield true;
        }
        default -> inner.run(op, in, out);
      };
    }

    /** Two passes instead of five: the sums of squares, then the quotients. */
    private void rmsNorm(double eps, View x, View y) {
      int last = x.shape().rank() - 1;
      long columns = x.shape().size(last);
      var shape = x.shape().with(last, 1);
      var buffer = inner.allocate(shape.numel() * DType.FLOAT32.bytes());
      var sums = Layout.contiguous(shape);
      inner.reduce(Reduction.of(Fold.SUM), SQUARE, new long[0], new View[]{x}, new int[]{last},
          new View[]{new View(buffer, DType.FLOAT32, sums)});
      var strides = sums.strides().clone();
      strides[last] = 0;
      var stretched = new View(buffer, DType.FLOAT32, new Layout(x.shape(), strides, 0));
      var scale = Program.of(v -> v[0].mul(v[1].mul(1.0 / columns).add(eps).rsqrt()), DType.FLOAT32,
          DType.FLOAT32);
      inner.map(scale, new long[0], new View[]{x, stretched}, new View[]{y});
      inner.free(buffer);
    }
  }

  @TestFactory
  Stream<DynamicTest> theFasterPathAgreesWithTheDecomposition() {
    return Stream.of(Shape.of(1), Shape.of(5, 9), Shape.of(3, 4, 130), Shape.of(0, 3))
        .map(shape -> DynamicTest.dynamicTest(shape.toString(), () -> {
          var own = new float[1][];
          var decomposed = new float[1][];
          on(new Device(new WithRmsNorm(new ReferenceBackend())), () -> own[0] = normalized(shape));
          on(ReferenceBackend.device(), () -> decomposed[0] = normalized(shape));
          assertArrayEquals(decomposed[0], own[0], 1e-6f);
        }));
  }

  private static float[] normalized(Shape shape) {
    return rmsNorm(Tensor.arange(shape.numel()).to(DType.FLOAT32).sin().reshape(shape), 1e-5).toFloats();
  }

  @Test
  void aTakenOverOpIsNotDecomposed() {
    var calls = new int[1];
    var device = new Device(new WithRmsNorm(new ForwardingBackend(new ReferenceBackend()) {
      @Override
      public void map(Program program, long[] params, View[] in, View[] out) {
        calls[0]++;
        super.map(program, params, in, out);
      }
    }));
    on(device, () -> {
      var x = Tensor.of(1f, 2f);
      calls[0] = 0;
      rmsNorm(x, 0);
    });
    assertEquals(1, calls[0]);
  }

  // ---- the page

  private static final Path DOCS = Path.of("..", "docs", "adding-an-op.md");

  @TestFactory
  Stream<DynamicTest> thePageShowsThisCode() throws IOException {
    var page = Files.readString(DOCS);
    var sources = words(Files.readString(Path.of("src/test/java/io/jacquard/ops/AddingAnOpTest.java"))
        + Files.readString(Path.of("src/main/java/io/jacquard/tensor/TensorActivations.java"))
        + Files.readString(Path.of("src/main/java/io/jacquard/expr/ScalarActivations.java")));
    var blocks = Stream.of(page.split("```java\n")).skip(1)
        .map(part -> part.substring(0, part.indexOf("```")))
        .toList();
    assertTrue(blocks.size() >= 6, "blocks of code on the page: " + blocks.size());
    return blocks.stream().map(block -> DynamicTest.dynamicTest(block.lines().findFirst().orElseThrow(),
        () -> assertTrue(sources.contains(words(block)), () -> "no source says\n" + block)));
  }

  /** Without the line breaks and indentation, in which a page may differ. */
  private static String words(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
