package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.train.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --precision} and {@code --amp}, on devices with and without products of halves. */
class PrecisionOptionTest {
  private static DeviceInfo device(DType... halves) {
    return new DeviceInfo("gpu", 1, "a device", 0, true, Set.of(halves));
  }

  @Test
  void ampTakesWhatThereIs() {
    assertEquals(Precision.BFLOAT16, AskedPrecision.AMP.on(device(DType.FLOAT16, DType.BFLOAT16)));
    assertEquals(Precision.FLOAT16, AskedPrecision.AMP.on(device(DType.FLOAT16)));
    assertEquals(Precision.FLOAT16, AskedPrecision.FP16.on(device(DType.FLOAT16)));
    assertEquals(Precision.FLOAT32, AskedPrecision.FLOAT32.on(device()));
    var ampere = new DeviceInfo("gpu", 0, "a device", 0, true, Set.of(), Long.MAX_VALUE, "", true);
    assertEquals(Precision.TF32, AskedPrecision.TF32.on(ampere));
    var e = assertThrows(JacquardException.class, () -> AskedPrecision.TF32.on(device(DType.BFLOAT16)));
    assertTrue(e.getMessage().endsWith("none in TF32. Use float32 or bf16."), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "--amp | has no products of bfloat16 or float16. Leave it out: all is computed in float32 then.",
      "--precision bf16 | has no products of bfloat16, which would be rounded and no faster. Use float32 there.",
      "--precision fp16 | has no products of float16, which would be rounded and no faster. Use float32 there.",
      "--precision tf32 | computes products of float32 in float32, none in TF32. Use float32."})
  void aDeviceWithoutThemIsNamedBeforeAnyWork(String option, String reason, @TempDir Path folder) {
    var program = new Captured();
    var run = folder.resolve("run");
    var line = "train mnist --backend cpu " + option;
    var args = (line + " --out " + run).split(" ");
    assertEquals(1, program.run(args), program.out());
    assertTrue(program.err().startsWith("jacquard: " + option + ": the device cpu (")
        || program.err().startsWith("jacquard: " + option + ": The device cpu ("), program.err());
    assertTrue(program.err().strip().endsWith(reason), program.err());
    assertFalse(program.out().contains("Data:"), program.out());
    assertFalse(Files.exists(run));
  }

  @Test
  void float32IsWhatAllDevicesHave(@TempDir Path folder) throws Exception {
    var data = TinyMnist.in(folder.resolve("data"));
    var program = new Captured();
    assertEquals(0, program.run("train", "mnist", "--data", data.toString(), "--epochs", "1", "--precision",
        "float32", "--out", folder.resolve("run").toString()), program.err());
  }
}
