package io.jacquard.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Turns Ctrl-C into a wish that the training thread reads between two steps, so that it can save what was learned; a
 * second one ends the process at once. SIGTERM is treated alike.
 *
 * <pre>{@code
 * try (var stop = StopSignal.listen()) {
 *   while (!stop.requested()) step();
 *   save();
 * }
 * }</pre>
 *
 * <p>A shutdown hook would not do: the JVM runs it beside the training, and a second Ctrl-C has to wait for it.
 */
final class StopSignal implements AutoCloseable {
  /** Shells report a process that a signal ended by this plus the signal's number. */
  private static final int SIGNALLED = 128;
  private static final String[] SIGNALS = {"INT", "TERM"};

  private final ArrayList<Runnable> restore = new ArrayList<>();
  private volatile int number;

  /** Of runs inside of a program that listens already: signals go to one place in a process. */
  private static final ScopedValue<StopSignal> SHARED = ScopedValue.newInstance();

  private final @Nullable StopSignal outer;

  private StopSignal(@Nullable StopSignal outer) {
    this.outer = outer;
  }

  /** Runs {@code body}, in which {@link #listen} hears what {@code stop} hears. */
  static <T> T sharing(StopSignal stop, Callable<T> body) throws Exception {
    return ScopedValue.where(SHARED, stop).call(body::call);
  }

  static StopSignal listen() {
    if (SHARED.isBound()) return new StopSignal(SHARED.get());
    var stop = new StopSignal(null);
    for (var signal : SIGNALS) stop.handle(signal);
    return stop;
  }

  /**
   * The JDK's only way to a signal is {@code sun.misc.Signal}. It is supported (in the module jdk.unsupported), but javac
   * warns of the name in a manner that cannot be turned off; hence the reflection.
   */
  private void handle(String name) {
    try {
      var signalType = Class.forName("sun.misc.Signal");
      var handlerType = Class.forName("sun.misc.SignalHandler");
      var handler = Proxy.newProxyInstance(StopSignal.class.getClassLoader(), new Class<?>[]{handlerType},
          (proxy, method, args) -> switch (method.getName()) {
            case "handle" -> {
              received((int) signalType.getMethod("getNumber").invoke(args[0]));
              yield null;
            }
            case "equals" -> proxy == args[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "StopSignal";
          });
      var signal = signalType.getConstructor(String.class).newInstance(name);
      var handle = signalType.getMethod("handle", signalType, handlerType);
      var before = handle.invoke(null, signal, handler);
      restore.add(() -> {
        try {
          handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      });
    } catch (InvocationTargetException e) {
      // The user has started java with -Xrs, which leaves signals to the system: then Ctrl-C ends it at once.
      if (!(e.getCause() instanceof IllegalArgumentException)) throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Called by the JVM on a thread of its own. */
  private synchronized void received(int signal) {
    if (number != 0) Runtime.getRuntime().halt(SIGNALLED + number);
    number = signal;
  }

  boolean requested() {
    return number() != 0;
  }

  /** With which code to exit: 130 after Ctrl-C. */
  int exitCode() {
    return SIGNALLED + number();
  }

  private int number() {
    return outer == null ? number : outer.number();
  }

  /** Signals end the process again. */
  @Override
  public void close() {
    restore.forEach(Runnable::run);
  }
}
