package io.jacquard.data.text;

import io.jacquard.JacquardException;
import io.jacquard.io.FileProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads files of text in UTF-8.
 *
 * <pre>{@code
 * String text = TextFile.read(Path.of("shakespeare.txt"));
 * }</pre>
 */
public final class TextFile {
  /** As much as a Java array of characters holds, with room to spare. */
  private static final long MOST_BYTES = 1 << 30;

  private TextFile() {}

  /**
   * The whole file, without a byte order mark.
   *
   * @throws JacquardException if it cannot be read, is empty, has more than 1 GiB, or is not UTF-8; then with the place of
   *         the first wrong byte
   */
  public static String read(Path path) {
    FileProblem.requireFile(path, "a text");
    byte[] bytes;
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new JacquardException(path + " has " + Files.size(path) + " bytes, expected a text of at most "
            + MOST_BYTES + ". Cut it into several.");
      }
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw FileProblem.of(path, "cannot be read", e);
    }
    var from = ByteBuffer.wrap(bytes);
    var to = CharBuffer.allocate(bytes.length); // a byte makes one char at most
    var result = StandardCharsets.UTF_8.newDecoder().decode(from, to, true);
    if (result.isError()) {
      throw new JacquardException(path + " is not UTF-8: byte " + from.position()
          + " (counted from 0) does not belong to a character. Convert it, for example with iconv -t UTF-8.");
    }
    var text = to.flip().toString();
    if (text.startsWith("\ufeff")) text = text.substring(1);
    if (text.isEmpty()) throw new JacquardException(path + " is empty, expected a text.");
    return text;
  }
}
