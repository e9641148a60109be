package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.kernels.KernelSource;
import io.jacquard.spi.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kernel of the training steps, compiled for GPUs by NVIDIA's compiler where it is installed: none spills. */
class NvccTest {
  private static final Pattern SPILL = Pattern.compile("(\\d+) bytes spill stores");

  @TempDir
  private Path folder;

  @Test
  void kernelsOfTrainingStepsDoNotSpill() throws IOException, InterruptedException {
    var texts = new LinkedHashMap<String, String>();
    for (var network : CapturedStepTest.Network.values()) {
      var gpu = TestGpu.withoutBlas(); // so that our own products are among them
      CapturedStepTest.trained(new Device(gpu.backend), network, CapturedStepTest.NONE);
      for (KernelSource source : gpu.driver.sources)
        texts.putIfAbsent(source.text(), source.name() + "_" + texts.size());
    }
    assertTrue(texts.size() > 20, texts.size() + " kernels");
    var output = compile(texts);
    var spills = SPILL.matcher(output).results().filter(m -> !m.group(1).equals("0")).toList();
    assertTrue(SPILL.matcher(output).find(), output);
    assertEquals(List.of(), spills, output);
  }

  /** One file, since nvcc starts slowly: each kernel in a namespace, its macros taken back before the next. */
  private String compile(LinkedHashMap<String, String> texts) throws IOException, InterruptedException {
    var all = new StringBuilder();
    texts.forEach((text, name) -> all.append("namespace ").append(name).append(" {\n")
        .append(text.replace("extern \"C\" __global__", "__global__")).append("\n}\n")
        .append("#undef REAL\n#undef NAMED\n#undef MATH\n#undef EXP\n#undef LANES\n"));
    var file = Files.writeString(folder.resolve("steps.cu"), all);
    var command = new ArrayList<>(List.of("nvcc", "--threads", "0", "-fmad=false", "--resource-usage", "-c",
        "-o", "steps.o"));
    for (var architecture : List.of("75", "80", "90"))
      command.addAll(List.of("-gencode", "arch=compute_" + architecture + ",code=sm_" + architecture));
    command.add(file.toString());
    Process process;
    try {
      process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "nvcc is not on the path: " + e.getMessage());
      throw e;
    }
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
