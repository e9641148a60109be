package io.jacquard.opencl;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says when a driver takes signal handlers away from Java.
 *
 * <p>Java learns of null pointers, divisions by zero and requests to pause its threads through signals. PoCL handles a division by zero
 * itself, so that it gives a number in Java too; and LLVM, its compiler, handles all that end a process: it removes its
 * temporary files, upon which the build fails, and for a moment leaves nobody in charge, in which a second signal ends the process without a
 * word. {@code libjsig}, a part of every JDK on Linux that is loaded before all else, keeps Java's handlers first in line
 * (<a href="https://docs.oracle.com/en/java/javase/25/vm/signal-chaining.html">signal chaining</a>); the launcher does so.
 */
final class SignalChaining {
  private static final Logger LOG = System.getLogger(SignalChaining.class.getName());
  /** Whether this process has been warned: once is enough. */
  private static final AtomicBoolean WARNED = new AtomicBoolean();
  private static final String LIBRARY = "libjsig.so";

  private SignalChaining() {}

  /** Warns, once in a process, if this device's driver takes Java's handlers. */
  static void warn(ClDevice device) {
    if (!device.isPocl() || isKept(Path.of("/proc/self/maps")) || !WARNED.compareAndSet(false, true)) return;
    LOG.log(Level.WARNING,
        """
            PoCL takes signals that Java needs: in this process 1/0 may be a number instead of an exception, kernels may fail to \
            compile, and the JVM may end without a word. Start it with LD_PRELOAD=%s, as ./jacquard does."""
            .formatted(Path.of(System.getProperty("java.home"), "lib", LIBRARY)));
  }

  /**
   * Whether Java's handlers stay first in line; true, too, where that cannot be known, since there is no such library.
   *
   * @param maps the kernel's list of what this process has loaded
   */
  static boolean isKept(Path maps) {
    if (!Files.isReadable(maps)) return true;
    try (var lines = Files.lines(maps)) {
      return lines.anyMatch(line -> line.endsWith(LIBRARY));
    } catch (IOException _) {
      return true;
    }
  }
}
