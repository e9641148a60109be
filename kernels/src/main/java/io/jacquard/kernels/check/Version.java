package io.jacquard.kernels.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Which Jacquard this is. What was found out about a device is found out anew by the next one. */
final class Version {
  private Version() {}

  /** As in the POM: {@code 0.1.0}. */
  static String jacquard() {
    var properties = new Properties();
    try (var in = Objects.requireNonNull(Version.class.getResourceAsStream("version.properties"))) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
