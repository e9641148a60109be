package io.jacquard.bundle.check;

import io.jacquard.spi.DeviceLost;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Runs of all cases those that are this process's, and tells of each what came of it. Neighbours, which share kernels, go to
 * the same process, eight at a time.
 */
final class Slice implements InvocationInterceptor {
  /** The exit code of a process whose device is lost: what comes next needs a new one. */
  static final int LOST = 75;
  private static final int TOGETHER = 8;
  /** Only an id tells of a dynamic test of which class it is. */
  private static final Pattern SUITE = Pattern.compile("/\\[class:[^\\]]*?(\\w+)\\]");
  private static final Pattern LAST_NUMBER = Pattern.compile("#(\\d+)\\]$");

  /**
   * Which cases.
   *
   * @param part of {@code parts} processes this one
   * @param oneIn one case in so many is run, by names; of trainings, of which there are few, all
   * @param only what label and name of a case must contain
   * @param done cases that are not to be run again
   */
  record Choice(int part, int parts, int oneIn, Pattern only, Set<String> done) {
    static final String PROPERTY = "jacquard.check.slice";
    static final String ONLY = "jacquard.check.only";

    /** As a process is told it: {@code 0/8/1/FILE}; the file, of cases that are done, may be missing. */
    static Choice named() {
      var parts = System.getProperty(PROPERTY, "0/1/1/").split("/", 4);
      return new Choice(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]),
          Pattern.compile(System.getProperty(ONLY, "")), parts[3].isEmpty() ? Set.of() : lines(parts[3]));
    }

    private static Set<String> lines(String file) {
      try {
        return Set.copyOf(Files.readAllLines(Path.of(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean takes(String id, String label, String name) {
      boolean chosen = !LAST_NUMBER.matcher(id).find() || Math.floorMod(name.hashCode(), oneIn) == 0;
      return chosen && Math.floorMod(owner(id), parts) == part
          && only.matcher(label + " " + name).find() && !done.contains(id);
    }

    /** Neighbours have the same one; single tests, which take long, are spread by their names. */
    private static int owner(String id) {
      Matcher number = LAST_NUMBER.matcher(id);
      return number.find() ? Integer.parseInt(number.group(1)) / TOGETHER : id.hashCode();
    }
  }

  private final Choice choice = Choice.named();
  /** Before libraries could take it. */
  private final PrintStream to = Worker.answers();

  @Override
  public void interceptDynamicTest(Invocation<@Nullable Void> invocation,
      DynamicTestInvocationContext dynamic,
      ExtensionContext context) throws Throwable {
    var parent = context.getParent().orElseThrow();
    run(invocation, context, parent.getUniqueId(), label(context, parent.getDisplayName()));
  }

  @Override
  public void interceptTestMethod(Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method, ExtensionContext context) throws Throwable {
    var parent = context.getParent().orElseThrow();
    run(invocation, context, parent.getUniqueId(), label(context, ""));
  }

  private static String label(ExtensionContext context, String group) {
    var suite = SUITE.matcher(context.getUniqueId());
    return (suite.find() ? suite.group(1).toLowerCase(Locale.ROOT) : "")
        + (group.isEmpty() ? "" : " " + group.replace("()", ""));
  }

  private void run(Invocation<@Nullable Void> invocation, ExtensionContext context, String group,
      String label)
      throws Throwable {
    var id = context.getUniqueId();
    var name = context.getDisplayName();
    if (!choice.takes(id, label, name)) {
      invocation.skip();
      return;
    }
    tell(Event.Kind.BEGIN, group, label, id, name, 0);
    long start = System.nanoTime();
    try {
      invocation.proceed();
      tell(Event.Kind.PASSED, group, label, id, name, System.nanoTime() - start);
    } catch (TestAbortedException e) {
      tell(Event.Kind.SKIPPED, group, label, id, String.valueOf(e.getMessage()), System.nanoTime() - start);
    } catch (Throwable e) {
      tell(Event.Kind.FAILED, group, label, id, name + ": " + said(e), System.nanoTime() - start);
      if (isLost(e)) Runtime.getRuntime().halt(LOST); // every further call would fail
    }
  }

  private void tell(Event.Kind kind, String group, String label, String id, String text, long nanos) {
    to.println(new Event(kind, group, label, id, text, nanos).line());
    to.flush();
  }

  /** The message, or what went wrong where there is none; and where, unless it is an assertion. */
  private static String said(Throwable e) {
    var text = e.getMessage() == null ? e.toString() : e.getMessage();
    if (e instanceof AssertionError) return text;
    var frames = e.getStackTrace();
    return e.getClass().getSimpleName() + ": " + text + (frames.length == 0 ? "" : " at " + frames[0]);
  }

  private static boolean isLost(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof DeviceLost) return true;
    }
    return false;
  }
}
