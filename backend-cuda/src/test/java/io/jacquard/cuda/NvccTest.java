package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.kernels.GpuCompilers;
import io.jacquard.kernels.KernelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kernel of the standard trainings, compiled for GPUs by NVIDIA's compiler where it is installed: none spills, and none
 * has more registers than leave a GPU enough items in flight.
 */
class NvccTest {
  /** For one item. Of 65,536 in a multiprocessor that leaves half of its 2,048 items. */
  private static final int BUDGET = 64;
  /** Of kernels that keep a block of sums in registers, which are worth more than items in flight. */
  private static final Map<String, Integer> OF_BLOCKS = Map.of("matmul", 192, "attention", 136, "convolution",
      96,
      "recurrence", 192, "layer_norm_backward", 80);

  @TempDir
  private Path folder;

  @Test
  void kernelsOfTrainingsStayWithinTheirRegisters() throws IOException, InterruptedException {
    GpuCompilers.assumeNvidia();
    var sources = new LinkedHashMap<String, KernelSource>();
    for (var source : StandardTrainings.kernels().values()) sources.put("k" + sources.size(), source);
    assertTrue(sources.size() > 150, sources.size() + " kernels");
    var heavy = new ArrayList<String>();
    new GpuCompilers(folder).nvidia(sources, List.of(75, 80, 90))
        .forEach((name, each) -> each.forEach((sm, needs) -> {
          var kernel = sources.get(name).name();
          int budget = OF_BLOCKS.getOrDefault(kernel, BUDGET);
          if (needs.spilled() > 0 || needs.registers() > budget)
            heavy.add(kernel + " on sm_" + sm + ": " + needs + ", budget " + budget);
        }));
    assertEquals(List.of(), heavy);
  }
}
