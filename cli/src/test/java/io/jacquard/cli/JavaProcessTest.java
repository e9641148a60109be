package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaProcessTest {
  @Test
  void aJvmLikeThisOne() {
    var command = JavaProcess.command(List.of("-Da=b"), "io.jacquard.cli.Main", "devices", "--help");
    assertTrue(command.getFirst().endsWith("java"), command::toString);
    assertTrue(command.contains("--add-modules=jdk.incubator.vector"), command::toString);
    assertTrue(command.stream().noneMatch(option -> option.startsWith("-javaagent")), command::toString);
    int size = command.size();
    assertEquals(
        List.of("-Da=b", "-cp", System.getProperty("java.class.path"), "io.jacquard.cli.Main", "devices",
            "--help"),
        command.subList(size - 6, size));
  }
}
