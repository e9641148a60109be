package io.jacquard.contract;

import io.jacquard.spi.Device;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * What every backend must keep, as tests to inherit: each method of {@link io.jacquard.spi.Backend}, each scalar
 * operation and type, over shapes, layouts and values at which implementations go wrong, compared with {@link
 * ReferenceBackend} and with known values.
 *
 * <pre>{@code
 * class CpuContractTest extends BackendContract {
 *   @Override
 *   protected Device device() {
 *     return Backends.discover().open("cpu");
 *   }
 * }
 * }</pre>
 *
 * <p>How near results must be says {@link Tolerance}. A run writes {@code target/op-support-spi-<backend>.txt}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendContract {
  private final OpTable table = new OpTable();
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
  }

  @AfterAll
  void writeTable() throws IOException {
    table.write("spi", device.info().backend());
  }

  private Stream<DynamicTest> cases(Consumer<Cases> part) {
    var cases = new Cases(device, table);
    part.accept(cases);
    return share().of(cases.stream());
  }

  @TestFactory
  Stream<DynamicTest> knownValues() {
    return cases(KnownValues::cases);
  }

  @TestFactory
  Stream<DynamicTest> scalarOps() {
    return cases(ScalarOpContract::cases);
  }

  @TestFactory
  Stream<DynamicTest> casts() {
    return cases(CastContract::cases);
  }

  @TestFactory
  Stream<DynamicTest> map() {
    return cases(MapContract::cases);
  }

  @TestFactory
  Stream<DynamicTest> reduce() {
    return cases(ReduceContract::cases);
  }

  @TestFactory
  Stream<DynamicTest> matmul() {
    return cases(MatmulContract::cases);
  }

  @TestFactory
  Stream<DynamicTest> gatherAndScatterAdd() {
    return cases(RowsContract::cases);
  }

  @TestFactory
  Stream<DynamicTest> scanAndArgsort() {
    return cases(LineContract::cases);
  }

  @TestFactory
  Stream<DynamicTest> memory() {
    return cases(MemoryContract::cases);
  }
}
