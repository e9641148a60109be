package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.DType;
import io.jacquard.expr.Program;
import io.jacquard.kernels.MapKernel;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real NVRTC, which needs no GPU; skipped where there is none. */
class NvrtcTest {
  private static final List<String> OPTIONS = List.of("--gpu-architecture=sm_90", "--std=c++17",
      "-fmad=false",
      "-DHAVE_F64");

  @BeforeAll
  static void find() throws Exception {
    var machine = new ThisMachine();
    var toolkit = Toolkit.find(machine, 13_999, null);
    assumeTrue(toolkit.nvrtc() != null, "NVRTC: " + toolkit.links().getFirst().detail());
    var folder = JcudaNatives.prepare(toolkit.nvrtc().major());
    JcudaNatives.load(JcudaNatives.Part.COMPILER, folder);
  }

  @Test
  void compilesAGeneratedKernel() {
    var program = Program.of(in -> in[0].mul(in[1]).exp(), DType.FLOAT32, DType.FLOAT32);
    var source = MapKernel.flat(program, new boolean[2], false, 256);
    var compiled = new Nvrtc().compile(source.name(), source.text(), OPTIONS);
    assertNotNull(compiled.cubin(), compiled.log());
    assertEquals(0x7f, compiled.cubin()[0], "an ELF file");
  }

  @Test
  void tellsWhatIsWrong() {
    var compiled = new Nvrtc().compile("bad", "__global__ void bad() { nonsense; }", OPTIONS);
    assertNull(compiled.cubin());
    assertTrue(compiled.log().contains("nonsense"), compiled.log());
  }
}
