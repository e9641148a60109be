package io.jacquard.bundle.check;

import java.io.PrintStream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A process that runs its slice of all cases, and tells what came of them in lines of its standard output. */
public final class Worker {
  /** What is told; whatever else prints goes to the standard error stream. */
  private static final PrintStream ANSWERS = System.out;

  private Worker() {}

  static PrintStream answers() {
    return ANSWERS;
  }

  /** Takes no arguments: what it is to do is said by system properties, which JUnit's classes can read, too. */
  public static void main(String[] args) {
    System.setOut(System.err);
    var request = LauncherDiscoveryRequestBuilder.request()
        .selectors(Suites.ALL.stream().map(DiscoverySelectors::selectClass).toList())
        .configurationParameter(LauncherConstants.STACKTRACE_PRUNING_ENABLED_PROPERTY_NAME, "false").build();
    // No listeners from the class path: what was left out is counted here.
    var launcher = LauncherFactory
        .create(LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build());
    launcher.execute(request, new Groups());
    tell(Event.Kind.DONE, "", "", "");
    Runtime.getRuntime().halt(0); // no device is closed: that it is, is not what is checked
  }

  private static void tell(Event.Kind kind, String group, String label, String text) {
    ANSWERS.println(new Event(kind, group, label, "", text, 0).line());
    ANSWERS.flush();
  }

  /** Tells when a group is over, and of what went wrong beside the cases, such as that no device could be opened. */
  private static final class Groups implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (result.getStatus() == TestExecutionResult.Status.FAILED) {
        var why = result.getThrowable().map(Throwable::toString).orElse("no reason given");
        tell(Event.Kind.FAILED, test.getUniqueId(), test.getDisplayName().replace("()", ""),
            test.getDisplayName() + " could not be run: " + why);
      }
      if (test.isContainer()) tell(Event.Kind.GROUP_DONE, test.getUniqueId(), "", "");
    }
  }
}
