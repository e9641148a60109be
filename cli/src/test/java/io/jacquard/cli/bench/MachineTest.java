package io.jacquard.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MachineTest {
  @Test
  void optionsThatNameFilesAreLeftOut() {
    assertTrue(Machine.namesFile("-XX:SharedArchiveFile=/home/someone/jacquard.jsa"));
    assertTrue(Machine.namesFile("-XX:AOTCache=C:\\jacquard\\help.aot"));
    assertFalse(Machine.namesFile("-XX:Tier3DelayOn=1000"));
    var options = Machine.facts("1.0").get("options of the JVM");
    assertEquals("", options.replaceAll("[^/\\\\]", ""), options);
  }
}
