package io.jacquard.spi;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * An event of Java's Flight Recorder: a backend has compiled a kernel. Where nothing records, it costs nothing.
 *
 * <pre>{@code
 * var event = new KernelCompilation("opencl", "layer_norm");
 * event.begin();
 * // ... the compiler works ...
 * event.commit();
 * }</pre>
 */
@Name("jacquard.KernelCompilation")
@Label("Kernel Compilation")
@Description("A backend compiled a kernel")
@Category("Jacquard")
@StackTrace(false)
public final class KernelCompilation extends Event {
  @Label("Backend")
  private final String backend;
  @Label("Kernel")
  private final String kernel;

  public KernelCompilation(String backend, String kernel) {
    this.backend = backend;
    this.kernel = kernel;
  }

  @Override
  public String toString() {
    return backend + " " + kernel;
  }
}
