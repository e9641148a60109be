package io.jacquard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says what a test has counted or measured: where it runs, and again at the end of {@code mvn -Pfull verify}, which has these
 * lines written into the folder that the system property {@code jacquard.counts} names, a file for each test.
 *
 * <pre>{@code
 * Counted.say("200 kills while saving: no torn file.");
 * }</pre>
 */
public final class Counted {
  private static final String FOLDER = "jacquard.counts";

  private Counted() {}

  /** @param line a sentence that is clear without what surrounds it; the last one of a test method is kept */
  public static void say(String line) {
    System.out.println(line);
    var folder = System.getProperty(FOLDER, "");
    if (folder.isEmpty()) return;
    var test = StackWalker.getInstance().walk(frames -> frames.skip(1).findFirst()).orElseThrow();
    var name = test.getClassName().substring(test.getClassName().lastIndexOf('.') + 1);
    try {
      Files.writeString(Files.createDirectories(Path.of(folder))
          .resolve(name + "." + test.getMethodName() + ".txt"), "- " + line + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
