package io.jacquard.spi;

import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * An event of Java's Flight Recorder: a backend has compiled a kernel. Where nothing records, it costs nothing: to load an event
 * is to load the recorder, some hundred classes, so that is not done before there is a recording.
 *
 * <pre>{@code
 * var text = KernelCompilation.during("opencl", "layer_norm", () -> "what the compiler made");
 * }</pre>
 */
public final class KernelCompilation {
  @Name("jacquard.KernelCompilation")
  @Label("Kernel Compilation")
  @Description("A backend compiled a kernel")
  @Category("Jacquard")
  @StackTrace(false)
  private static final class Compiled extends Event {
    @Label("Backend")
    private final String backend;
    @Label("Kernel")
    private final String kernel;

    Compiled(String backend, String kernel) {
      this.backend = backend;
      this.kernel = kernel;
    }

    @Override
    public String toString() {
      return backend + " " + kernel;
    }
  }

  private KernelCompilation() {}

  /** What {@code compile} gives; the time that it takes is recorded, unless it throws. */
  public static <T> T during(String backend, String kernel, Supplier<T> compile) {
    if (!FlightRecorder.isInitialized()) return compile.get();
    var event = new Compiled(backend, kernel);
    event.begin();
    var made = compile.get();
    event.commit();
    return made;
  }
}
