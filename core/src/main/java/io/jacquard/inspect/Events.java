package io.jacquard.inspect;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Events of Java's Flight Recorder, as a {@link Profiler} emits them. */
final class Events {
  private Events() {}

  @Name("jacquard.Operation")
  @Label("Operation")
  @Description("A backend computed something")
  @Category("Jacquard")
  @StackTrace(false)
  static final class Computed extends Event {
    @Label("Operation")
    String operation = "";
    @Label("Layer")
    String layer = "";
    @Label("Part of the step")
    String part = "";
  }

  @Name("jacquard.Transfer")
  @Label("Transfer")
  @Description("Data moved between host and device")
  @Category("Jacquard")
  @StackTrace(false)
  static final class Transfer extends Event {
    @Label("Direction")
    String direction = "";
    @Label("Bytes")
    @DataAmount
    long bytes;
  }

  @Name("jacquard.Allocation")
  @Label("Allocation")
  @Description("A device was asked for memory, or given it back")
  @Category("Jacquard")
  @StackTrace(false)
  static final class Allocation extends Event {
    @Label("What")
    String what = "";
    @Label("Bytes")
    @DataAmount
    long bytes;
  }
}
