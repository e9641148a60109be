package io.jacquard.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.jacquard.io.Safetensors;
import io.jacquard.nn.Module;
import io.jacquard.spi.Device;
import io.jacquard.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A case as a family's function sees it: inputs as tensors on the device, attributes, the parameters of a module. After the
 * function has run, its outputs, gradients and buffers are compared.
 */
final class GoldenRun {
  private final GoldenCase golden;
  private final SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
  private @Nullable Module module;

  GoldenRun(GoldenCase golden, GoldenLay lay) {
    this.golden = golden;
    var wanted = golden.tensors("grad").keySet();
    golden.tensors("in").forEach((name, entry) -> {
      var input = lay.of(tensor(entry));
      inputs.put(name, wanted.contains(name) ? input.requiresGrad() : input);
    });
  }

  static Tensor tensor(Safetensors.Entry entry) {
    return Tensor.of(Device.current(), entry.dtype(), entry.shape(), entry.data());
  }

  /** The input with this number, in the order of the Python case. */
  Tensor in(int i) {
    return List.copyOf(inputs.values()).get(i);
  }

  Tensor in(String name) {
    assertNotNull(inputs.get(name), () -> "no input '" + name + "' among " + inputs.keySet());
    return inputs.get(name);
  }

  /** Whether the case has an input of this name. */
  boolean has(String name) {
    return inputs.containsKey(name);
  }

  Tensor[] inputs() {
    return inputs.values().toArray(Tensor[]::new);
  }

  /** What the Python case calls attrs. */
  GoldenAttrs attrs() {
    return golden.attrs();
  }

  double number(String name) {
    return attrs().number(name);
  }

  int integer(String name) {
    return attrs().integer(name);
  }

  int[] integers(String name) {
    return attrs().integers(name);
  }

  long[] longs(String name) {
    return attrs().longs(name);
  }

  boolean flag(String name) {
    return attrs().flag(name);
  }

  String text(String name) {
    return attrs().text(name);
  }

  /** The module with the parameters and buffers of PyTorch's, in its mode; its gradients and buffers are compared. */
  <M extends Module> M load(M module) {
    var state = new LinkedHashMap<String, Tensor>();
    golden.tensors("state").forEach((name, entry) -> state.put(name, tensor(entry)));
    module.loadStateDict(state);
    if (golden.facts().flag("training")) {
      module.train();
    } else {
      module.eval();
    }
    this.module = module;
    return module;
  }

  /** Computes, and compares outputs, gradients and buffers. */
  void check(Function<GoldenRun, List<Tensor>> function, GoldenTolerance tolerance) {
    var out = function.apply(this);
    var expected = List.copyOf(golden.tensors("out").values());
    assertEquals(expected.size(), out.size(), "number of outputs");
    for (int i = 0; i < out.size(); i++) tolerance.check("output " + i, tensor(expected.get(i)), out.get(i));
    var gradients = golden.tensors("grad");
    if (!gradients.isEmpty()) backward(out);
    gradients.forEach((name, entry) -> {
      var gradient = gradient(name);
      assertNotNull(gradient, "no gradient reached " + name);
      tolerance.check("gradient of " + name, tensor(entry), gradient);
    });
    golden.tensors("after").forEach((name, entry) -> tolerance.check(name + " after the call", tensor(entry),
        buffers().get(name)));
  }

  /** Of the sum of all outputs, each times its cotangent. */
  private void backward(List<Tensor> out) {
    Tensor total = null;
    for (var entry : golden.tensors("cotangent").entrySet()) {
      var part = out.get(Integer.parseInt(entry.getKey())).mul(tensor(entry.getValue())).sum();
      total = total == null ? part : total.add(part);
    }
    assertNotNull(total, "the file has a gradient but no cotangent");
    total.backward();
  }

  private @Nullable Tensor gradient(String name) {
    var input = inputs.get(name);
    if (input != null) return input.grad();
    assertNotNull(module,
        () -> "the file has a gradient of '" + name + "', and the function loaded no module");
    var parameter = module.namedParameters().get(name);
    assertNotNull(parameter, () -> "no parameter '" + name + "' among " + module.namedParameters().keySet());
    return parameter.grad();
  }

  private SequencedMap<String, Tensor> buffers() {
    assertNotNull(module, "the file has buffers, and the function loaded no module");
    return module.stateDict();
  }
}
