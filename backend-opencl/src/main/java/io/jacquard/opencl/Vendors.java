package io.jacquard.opencl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The drivers that Linux's OpenCL loader is told of: files whose names end in {@code .icd}, each with a library's name. */
final class Vendors {
  private Vendors() {}

  /** Those that are there and offer nothing; empty if there are none, or this is not Linux. */
  static String inWords() {
    var folder = Path.of(System.getenv().getOrDefault("OCL_ICD_VENDORS", "/etc/OpenCL/vendors"));
    if (!Files.isDirectory(folder)) return "";
    try (var files = Files.list(folder)) {
      var names = files.map(file -> String.valueOf(file.getFileName())).filter(name -> name.endsWith(".icd"))
          .sorted()
          .limit(4).collect(Collectors.joining(", "));
      return names.isEmpty() ? "" : "; " + folder + " names " + names + ", which did not load or found none";
    } catch (IOException _) {
      return "";
    }
  }
}
