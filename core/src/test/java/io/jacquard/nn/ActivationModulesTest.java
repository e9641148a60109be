package io.jacquard.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.OnReference;
import io.jacquard.Shape;
import io.jacquard.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The modules of activations: each is the tensor's method of its name, with PyTorch's defaults, and prints as it was made. */
class ActivationModulesTest {
  private static void same(String text, Module module, UnaryOperator<Tensor> function) {
    assertEquals(text, module.toString());
    var x = Tensor.of(new float[][]{{-7, -2.5f, -0.6f, -0.3f}, {0.2f, 0.4f, 0.9f, 25}});
    assertArrayEquals(function.apply(x).toFloats(), module.call(x).toFloats(), text);
    assertEquals(0, module.parameterCount(), text);
  }

  @Test
  void eachIsTheMethodOfItsName() {
    OnReference.run(() -> {
      same("ReLU()", new ReLU(), Tensor::relu);
      same("LeakyReLU(0.01)", new LeakyReLU(), x -> x.leakyRelu(0.01));
      same("ELU(1.0)", new ELU(), x -> x.elu(1));
      same("ELU(0.5)", new ELU(0.5), x -> x.elu(0.5));
      same("SELU()", new SELU(), Tensor::selu);
      same("CELU(1.0)", new CELU(), x -> x.celu(1));
      same("GELU()", new GELU(), Tensor::gelu);
      same("GELU(none)", new GELU("none"), Tensor::gelu);
      same("GELU(tanh)", new GELU("tanh"), Tensor::geluTanh);
      same("SiLU()", new SiLU(), Tensor::silu);
      same("Mish()", new Mish(), Tensor::mish);
      same("Softplus(1.0, 20.0)", new Softplus(), Tensor::softplus);
      same("Softplus(2.0, 10.0)", new Softplus(2, 10), x -> x.softplus(2, 10));
      same("Softsign()", new Softsign(), Tensor::softsign);
      same("Sigmoid()", new Sigmoid(), Tensor::sigmoid);
      same("LogSigmoid()", new LogSigmoid(), Tensor::logSigmoid);
      same("Hardsigmoid()", new Hardsigmoid(), Tensor::hardsigmoid);
      same("Tanh()", new Tanh(), Tensor::tanh);
      same("Hardtanh(-1.0, 1.0)", new Hardtanh(), x -> x.hardtanh(-1, 1));
      same("Hardswish()", new Hardswish(), Tensor::hardswish);
      same("ReLU6()", new ReLU6(), Tensor::relu6);
      same("Tanhshrink()", new Tanhshrink(), Tensor::tanhshrink);
      same("Softshrink(0.5)", new Softshrink(), x -> x.softshrink(0.5));
      same("Hardshrink(0.5)", new Hardshrink(), x -> x.hardshrink(0.5));
      same("Threshold(0.1, 20.0)", new Threshold(0.1, 20), x -> x.threshold(0.1, 20));
      same("GLU(-1)", new GLU(), x -> x.glu(-1));
      same("GLU(0)", new GLU(0), x -> x.glu(0));
    });
  }

  @Test
  void preluLearnsItsSlopes() {
    OnReference.run(() -> {
      var one = new PReLU();
      assertEquals("PReLU(1)", one.toString());
      assertEquals(List.of("weight"), List.copyOf(one.stateDict().keySet()));
      assertArrayEquals(new float[]{-0.5f, 3}, one.call(Tensor.of(-2f, 3f)).toFloats());
      var each = new PReLU(3, 0.5);
      assertEquals(Shape.of(3), each.weight().shape());
      each.call(Tensor.of(new float[][]{{-1, 2, -3}, {-4, -5, 6}})).sum().backward();
      assertArrayEquals(new float[]{-5, -5, -3}, each.weight().grad().toFloats());
    });
  }

  @Test
  void refusesWhatCannotBe() {
    OnReference.run(() -> {
      refused(() -> new GELU("tan"), "GELU: approximate is 'tan'", "'tanh'");
      refused(() -> new CELU(0), "CELU: alpha is 0");
      refused(() -> new Softplus(0, 20), "Softplus: beta is 0");
      refused(() -> new Hardtanh(1, 1), "Hardtanh: the bounds are 1.0 and 1.0");
      refused(() -> new Softshrink(-0.1), "Softshrink: lambda is -0.1");
      refused(() -> new PReLU(0), "PReLU: numParameters is 0");
    });
  }

  private static void refused(Executable wrong, String... parts) {
    var message = assertThrows(JacquardException.class, wrong).getMessage();
    for (var part : parts) assertTrue(message.contains(part), message);
  }
}
