package io.jacquard.kernels;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints what compilers say that each kernel for GPUs needs, and how many of a GPU's items can be in flight with that:
 * {@code docs/kernels-on-gpus.md} says what follows. It runs only where it is asked for, of kernels whose names hold what
 * {@code -Djacquard.needs} asks for.
 */
final class KernelNeeds {
  /** Of an SM of sm_80 and of sm_90: registers, items, work-groups. */
  private static final int REGISTERS = 65_536;
  private static final int ITEMS = 2048;
  private static final int GROUPS = 32;
  /** Bytes that the groups of an SM may share, by architecture. */
  private static final Map<Integer, Integer> SHARED = Map.of(80, 164 << 10, 90, 228 << 10);
  private static final Pattern GROUP = Pattern.compile("KERNEL [A-Z_ ]*GROUP_SIZE\\((\\d+)\\)");

  @TempDir
  private Path folder;

  @Test
  @EnabledIfSystemProperty(named = "jacquard.needs", matches = ".+")
  void print() throws Exception {
    GpuCompilers.assumeNvidia();
    GpuCompilers.assumeAmd();
    var samples = Samples.all();
    var tensorCores = Samples.tensorCores().keySet();
    samples.putAll(Samples.tensorCores());
    var wanted = Pattern.compile(System.getProperty("jacquard.needs", "."));
    samples.keySet().removeIf(name -> name.startsWith(Samples.FOR_CPU) || !wanted.matcher(name).find());
    var compilers = new GpuCompilers(folder);
    var nvidia = compilers.nvidia(samples, List.of(80, 90));
    System.out.println("| kernel | items | sm_80 | sm_90 | gfx1030 | gfx1100 | gfx90a | bytes shared |");
    for (var sample : samples.entrySet()) {
      var group = GROUP.matcher(sample.getValue().text());
      if (!group.find()) throw new IllegalStateException(sample.getKey());
      int items = Integer.parseInt(group.group(1));
      var line = new StringBuilder(String.format(Locale.ROOT, "| %s | %d", sample.getKey(), items));
      var each = nvidia.get(sample.getKey());
      each.forEach((sm, needs) -> line
          .append(" | %d, %d %%".formatted(needs.registers(), inFlight(needs, items, SHARED.get(sm)))));
      for (var gpu : List.of("gfx1030", "gfx1100", "gfx90a")) {
        if (tensorCores.contains(sample.getKey())) {
          line.append(" | -");
          continue;
        }
        var amd = compilers.amd(gpu, sample.getKey(), sample.getValue(), true);
        line.append(" | %d, %d".formatted(amd.registers(), amd.waves()));
      }
      System.out.println(line.append(" | ").append(each.lastEntry().getValue().local()).append(" |"));
    }
  }

  /** Percent of an SM's items. */
  private static int inFlight(GpuCompilers.Needs needs, int items, int shared) {
    int registers = (needs.registers() + 7) / 8 * 8;
    int threads = (items + 31) / 32 * 32;
    int groups = Math.min(Math.min(REGISTERS / (registers * threads), ITEMS / threads), GROUPS);
    if (needs.local() > 0) groups = Math.min(groups, shared / (needs.local() + 1024)); // the system takes 1
                                                                                       // KiB
    return 100 * groups * items / ITEMS;
  }
}
