package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.inspect.FaultyBackend;
import io.jacquard.io.Safetensors;
import io.jacquard.spi.Backend;
import io.jacquard.spi.BackendProvider;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Call;
import io.jacquard.spi.DeviceInfo;
import io.jacquard.spi.OpenOptions;
import io.jacquard.spi.Probe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code jacquard verify}: what it prints, saves and gives as exit code, on plain loops under three names. */
class VerifyCommandTest {
  @TempDir
  private Path folder;
  private Predicate<Call> fault = _ -> false;
  private Captured program = new Captured();

  private record Provider(String name, Predicate<Call> fault) implements BackendProvider {
    @Override
    public int priority() {
      return 0;
    }

    @Override
    public Probe probe() {
      return new Probe.Available(List.of(new DeviceInfo(name, 0, name, 1, true)));
    }

    @Override
    public Backend open(int ordinal, OpenOptions options) {
      return FaultyBackend.backend(name, fault, Set.of());
    }
  }

  private int run(String... args) {
    program = new Captured();
    var backends = new Backends(List.of(new Provider("cpu", _ -> false), new Provider("opencl", fault),
        new Provider("other", _ -> false)));
    return new CommandLine(new VerifyCommand(program.output, backends))
        .setParameterExceptionHandler(new UsageErrors(program.output))
        .setExecutionExceptionHandler((e, _, _) -> Main.failed(program.output, e)).execute(args);
  }

  @Test
  void agreementIsATable() {
    assertEquals(0, run("--backends", "cpu,opencl,other", "--model", "softmax", "--batch", "2"),
        program.err());
    var lines = program.out().lines().toList();
    assertTrue(lines.getFirst().matches(
        "Jacquard .* · a training step of softmax, batch 2, seed 0 · cpu beside opencl beside other"),
        lines.getFirst());
    assertTrue(lines.get(1).matches("Operation +On +Calls +Differ +Largest error"), lines.get(1));
    assertTrue(program.out().contains("matmul") && program.out().contains("other"), program.out());
    assertTrue(lines.getLast().matches("All \\d+ calls agree\\."), lines.getLast());
    assertTrue(Stream.of(folder.toFile().list()).findAny().isEmpty(), "nothing is saved");
  }

  @Test
  void aDifferenceIsSavedAndRepeated() throws IOException {
    fault = call -> call.name().equals("matmul");
    var out = folder.resolve("v").toString();
    assertEquals(Main.FAILURE,
        run("--backends", "cpu,opencl", "--model", "softmax", "--seed", "-3", "--out", out),
        program.err());
    assertTrue(program.out().contains("linear in layer '1', Linear(784, 10), forward"), program.out());
    assertTrue(
        program.out().contains("Saved in " + out + ". To repeat this one operation: jacquard verify --replay "
            + out),
        program.out());
    try (var arena = Arena.ofConfined()) {
      var inputs = Safetensors.read(folder.resolve("v/inputs.safetensors"), arena);
      assertEquals("[4, 784]", inputs.tensors().get("input00").shape().toString());
      assertEquals("matmul", inputs.metadata().get("name"));
      var found = Safetensors.read(folder.resolve("v/found.safetensors"), arena);
      assertEquals("[4, 10]", found.tensors().get("output00").shape().toString());
      assertTrue(Files.exists(folder.resolve("v/expected.safetensors")));
    }
    var described = Files.readString(folder.resolve("v/difference.txt"));
    assertTrue(program.out().contains(described), described);

    assertEquals(Main.FAILURE, run("--replay", out), program.err());
    assertTrue(program.out().contains(described), program.out());
    assertEquals(0, run("--replay", out, "--backends", "cpu,other"), program.err());
    assertTrue(program.out().endsWith("On its saved inputs the call agrees.\n"), program.out());
    fault = _ -> false;
    assertEquals(0, run("--replay", out), "the fault was mended");
  }

  @Test
  void wrongUseIsSaid() {
    assertEquals(Main.USAGE, run());
    assertTrue(program.err().contains("--backends"), program.err());
    assertEquals(Main.USAGE, run("--backends", "cpu"));
    assertTrue(program.err().contains("two or more different ones"), program.err());
    assertEquals(Main.USAGE, run("--backends", "cpu,cpu"));
    assertEquals(Main.USAGE, run("--backends", "cpu,opncl"));
    assertTrue(program.err().contains("Did you mean 'opencl'?"), program.err());
    assertEquals(Main.USAGE, run("--backends", "cpu,opencl", "--model", "ccn"));
    assertTrue(program.err().contains("Did you mean 'cnn'?"), program.err());
    assertEquals(Main.USAGE, run("--backends", "cpu,opencl", "--batch", "0"));
    assertEquals(Main.FAILURE, run("--backends", "cpu,opencl:1"));
    assertTrue(program.err().contains("has no device 1"), program.err());
    assertEquals(Main.FAILURE, run("--backends", "cpu,cuda"));
    assertTrue(program.err().contains("not available"), program.err());
    assertEquals(Main.FAILURE, run("--replay", folder.toString()));
    assertTrue(program.err().contains("Name a folder that 'jacquard verify' has saved."), program.err());
  }

  @Test
  void aForeignFolderIsRefused() {
    var saved = Map.of("task", "verify", "model", "softmax", "batch", "4", "seed", "0", "backends",
        "cpu,opencl",
        "call", "1", "name", "argsort");
    var file = folder.resolve("inputs.safetensors");
    for (var key : List.of("task", "model", "batch", "call", "name", "seed", "backends")) {
      var texts = new HashMap<>(saved);
      texts.put(key, "x");
      Safetensors.write(file, new Safetensors.Contents(new LinkedHashMap<>(), texts));
      assertFalse(run("--replay", folder.toString()) == 0, key);
      assertFalse(program.err().contains("defect"), key + ": " + program.err());
      texts.remove(key);
      Safetensors.write(file, new Safetensors.Contents(new LinkedHashMap<>(), texts));
      assertEquals(Main.FAILURE, run("--replay", folder.toString()), key);
      assertFalse(program.err().contains("defect"), key + ": " + program.err());
    }
    Safetensors.write(file, new Safetensors.Contents(new LinkedHashMap<>(), saved));
    assertEquals(Main.FAILURE, run("--replay", folder.toString()));
    assertTrue(program.err().contains("Run 'jacquard verify' anew."), program.err());
  }

  @Test
  void helpNamesTheExitCodes() {
    assertEquals(0, program.run("verify", "--help"));
    assertTrue(program.out().contains("Exit codes: 0 all agree, 1 some differ"), program.out());
  }
}
