package io.jacquard.cli;

import io.jacquard.JacquardException;
import io.jacquard.io.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a model file's texts say of its network, held against the file before memory is taken for the network. */
final class Claims {
  /** A number in half precision; none takes less. */
  private static final long BYTES = 2;

  private Claims() {}

  /** Refuses a file that is too small for so many numbers. */
  static void requireRoom(Path file, double numbers) {
    try {
      long size = Files.size(file);
      if (numbers * BYTES > size) {
        throw new JacquardException(file + " cannot hold what its metadata describes: a network of more than "
            + (long) numbers + " numbers in " + size + " bytes. Use a file that 'jacquard train' has saved.");
      }
    } catch (IOException e) {
      throw FileProblem.of(file, "cannot be read", e);
    }
  }
}
