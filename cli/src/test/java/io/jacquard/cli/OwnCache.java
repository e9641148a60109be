package io.jacquard.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** For tests that keep something in the cache folder: each gets one of its own, in the place of the user's. */
abstract class OwnCache {
  private static final String PROPERTY = "jacquard.cache";

  @TempDir
  Path cache;
  private String before;

  @BeforeEach
  void own() {
    before = System.setProperty(PROPERTY, cache.toString());
  }

  @AfterEach
  void restore() {
    if (before == null) System.clearProperty(PROPERTY);
    else System.setProperty(PROPERTY, before);
  }
}
