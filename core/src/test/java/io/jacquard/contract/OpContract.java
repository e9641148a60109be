package io.jacquard.contract;

import io.jacquard.spi.Device;
import io.jacquard.tensor.Generator;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * What tensors must do on every backend, as tests to inherit: each operation of {@link io.jacquard.tensor.Tensor} and of
 * the losses against {@link Plain} arrays of doubles, over shapes, types and views; its gradient and the gradient of that
 * against differences ({@link GradCheck}); each composite operation's own path on the backend against its decomposition;
 * what wrong use is told. After each case no memory may be held.
 *
 * <pre>{@code
 * class CpuOpContractTest extends OpContract {
 *   @Override
 *   protected Device device() {
 *     return Backends.discover().open("cpu");
 *   }
 * }
 * }</pre>
 *
 * <p>{@link BackendContract} tests the layer below. A run writes {@code target/op-support-tensor-<backend>.txt}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OpContract {
  private final OpTable table = new OpTable();
  private final Generator generator = new Generator(11);
  private Device device;

  /** Opens the device that is tested; called once. */
  protected abstract Device device();

  /** How much of the contract is run. */
  protected Share share() {
    return Share.WHOLE;
  }

  @BeforeAll
  void openDevice() {
    device = device();
    generator.base(device);
  }

  @AfterAll
  void writeTable() throws IOException {
    table.write("tensor", device.info().backend());
  }

  private Stream<DynamicTest> cases(Consumer<OpCases> part) {
    var cases = new OpCases(device, table, generator);
    part.accept(cases);
    return share().of(cases.stream());
  }

  @TestFactory
  Stream<DynamicTest> functionsOfOneTensor() {
    return cases(UnaryOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> activations() {
    return cases(ActivationOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> functionsOfTwoTensors() {
    return cases(BinaryOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> conversionsAndChoices() {
    return cases(ConversionOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> reductions() {
    return cases(ReductionOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> products() {
    return cases(ProductOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> views() {
    return cases(ViewOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> joins() {
    return cases(JoinOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> fused() {
    return cases(FusedOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> softmaxAndLosses() {
    return cases(LossOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> lossesOfNumbers() {
    return cases(ElementLossOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> lossesOfClasses() {
    return cases(ClassLossOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> normsAndEmbeddings() {
    return cases(NormOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> normsWithRelu() {
    return cases(NormReluOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> attention() {
    return cases(AttentionOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> ownAttentionAgainstItsDecomposition() {
    return cases(AttentionPathOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> recurrentSequences() {
    return cases(RecurrentOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> projectedSequences() {
    return cases(ProjectedOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> convolutions() {
    return cases(ConvOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> transposedConvolutions() {
    return cases(TransposedConvOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> otherSizes() {
    return cases(ResizeOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> pooling() {
    return cases(PoolOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> halves() {
    return cases(HalfOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> ownPathsAgainstDecompositions() {
    return cases(TakenOverOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> arrangements() {
    return cases(ArrangementOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> selections() {
    return cases(SelectionOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> orders() {
    return cases(OrderOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> furtherReductions() {
    return cases(FoldOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> furtherFunctions() {
    return cases(NumericOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> sumsOfProducts() {
    return cases(EinsumOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> creation() {
    return cases(CreationOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> randomNumbers() {
    return cases(RandomOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> ownConvolutionsAgainstDecompositions() {
    return cases(ConvPathOps::cases);
  }

  @TestFactory
  Stream<DynamicTest> wrongUse() {
    return cases(WrongUse::cases);
  }
}
