package io.jacquard.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Jacquard on which JDK this is. */
final class Version {
  private Version() {}

  /** As in the POM: {@code 0.1.0}. */
  static String jacquard() {
    var properties = new Properties();
    try (var in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  /** As in {@code 25.0.3+9-LTS}. */
  static String jdk() {
    return Runtime.version().toString();
  }
}
