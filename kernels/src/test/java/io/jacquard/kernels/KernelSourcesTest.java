package io.jacquard.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All kernels through the compilers of NVIDIA and AMD, where these are installed. No GPU is needed. */
class KernelSourcesTest {
  /** Registers that leave a GPU enough work-groups in flight: half of the 256 that an item may have. */
  private static final int REGISTERS = 128;
  /** The largest matrix tile holds 64 sums and is worth more. */
  private static final int REGISTERS_OF_LARGE_TILES = 256;

  /** Fragments of sums are registers: with so many, two work-groups of four warps are in flight on an SM. */
  private static final int REGISTERS_OF_FRAGMENTS = 200;

  private static final String FIRST = "gfx1030";
  /** The oldest, and the two generations of instructions after it; 86 and 89 have those of 80. */
  private static final List<Integer> NVIDIA = List.of(75, 80, 90);

  @TempDir
  private Path folder;

  @Test
  void compileAsCuda() throws Exception {
    GpuCompilers.assumeNvidia();
    var samples = Samples.all();
    samples.keySet().removeIf(name -> name.startsWith(Samples.FOR_CPU)); // CUDA never asks for those
    assertEquals(samples.keySet(), new GpuCompilers(folder).nvidia(samples, NVIDIA).keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {FIRST, "gfx1100", "gfx90a"})
  void compileForAmdWithinTheirRegisters(String gpu) {
    GpuCompilers.assumeAmd();
    var compilers = new GpuCompilers(folder);
    var heavy = Samples.all().entrySet().parallelStream()
        .map(sample -> complaint(compilers, gpu, sample.getKey(), sample.getValue()))
        .filter(found -> !found.isEmpty()).sorted().toList();
    assertTrue(heavy.isEmpty(), String.join("\n", heavy));
  }

  @Test
  void matrixInstructionsCompileWhereTheyAre() throws Exception {
    var compilers = new GpuCompilers(folder);
    GpuCompilers.assumeAmd();
    var rdna = compilers.amd("gfx1100", "matrix", Samples.matrix(MatrixInstruction.AMD_RDNA3), true);
    var cdna = compilers.amd("gfx90a", "matrix", Samples.matrix(MatrixInstruction.AMD_CDNA), true);
    assertEquals(0, rdna.spilled() + cdna.spilled(), rdna + " " + cdna);
  }

  @Test
  void tensorCoresCompileWithinTheirRegisters() throws Exception {
    GpuCompilers.assumeNvidia();
    var heavy = new ArrayList<String>();
    new GpuCompilers(folder).nvidia(Samples.tensorCores(), List.of(80, 90)).forEach((name, each) -> each
        .forEach((sm, needs) -> {
          if (needs.spilled() > 0 || needs.registers() > REGISTERS_OF_FRAGMENTS)
            heavy.add(name + " on sm_" + sm + ": " + needs);
        }));
    assertEquals(List.of(), heavy);
  }

  /** What is wrong with a kernel on a GPU; empty if nothing is. */
  private static String complaint(GpuCompilers compilers, String gpu, String name, KernelSource source) {
    try {
      boolean forCpu = name.startsWith(Samples.FOR_CPU);
      if (forCpu && !gpu.equals(FIRST)) return ""; // that they compile at all has been seen
      var needs = compilers.amd(gpu, name, source, !forCpu);
      int budget = name.equals("matmul_large") ? REGISTERS_OF_LARGE_TILES : REGISTERS;
      if (forCpu || needs.registers() <= budget && needs.spilled() == 0) return "";
      return gpu + " " + name + ": " + needs.registers() + " registers of " + budget + ", " + needs.spilled()
          + " bytes spilled";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
