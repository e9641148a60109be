package io.jacquard;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * For tests that keep something in the cache folder: each gets one of its own, in the place of the user's.
 *
 * <pre>{@code
 * class KeptTest extends OwnCache {
 *   @Test
 *   void nothingIsKeptAtFirst() {
 *     assertFalse(Files.exists(cache.resolve("opencl")));
 *   }
 * }
 * }</pre>
 */
public abstract class OwnCache {
  private static final String PROPERTY = "jacquard.cache";

  /** The folder, empty at first. */
  @TempDir
  protected Path cache;
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
