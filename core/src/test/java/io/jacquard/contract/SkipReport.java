package io.jacquard.contract;

import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.engine.TestExecutionResult;

/** Prints, at the end of a module's tests, how many were skipped for which reason. Found by JUnit as a service. */
public final class SkipReport implements TestExecutionListener {
  private final SequencedMap<String, Integer> reasons = new TreeMap<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    note(reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      note(result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
    }
  }

  private synchronized void note(String reason) {
    reasons.merge(reason, 1, Integer::sum);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    reasons.forEach((reason, count) -> System.out.println("SKIPPED " + count + ": " + reason));
  }
}
