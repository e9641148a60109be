package io.jacquard.cuda;

import io.jacquard.spi.Captured;

/**
 * A piece of work that was captured once and is started again as a whole, at the cost of one call. Its addresses are fixed:
 * what changes from one launch to the next lies in device memory.
 */
final class CudaGraph implements Captured {
  private final CudaQueue queue;
  private final Driver driver;
  private long executable;

  /** Captures {@code work}, which is not carried out before {@link #launch}. */
  CudaGraph(CudaQueue queue, Runnable work) {
    this.queue = queue;
    driver = queue.driver();
    long graph = queue.capture(work);
    try {
      executable = instantiate(graph);
    } finally {
      destroy(graph);
    }
    queue.graphMade();
  }

  private long instantiate(long graph) {
    var made = new long[1];
    queue.check(driver.instantiate(graph, made), "Making a graph executable", 0, "");
    return made[0];
  }

  private void destroy(long graph) {
    if (!queue.isLost()) driver.destroyGraph(graph);
  }

  @Override
  public void launch() {
    queue.enter();
    queue.check(driver.launchGraph(executable, queue.stream()), "Launching a graph", 0, "");
    queue.graphLaunched();
  }

  /**
   * Captures other work in its place. Cheap where only arguments and sizes differ.
   *
   * @return whether that was so; if not, the graph was made anew
   */
  boolean update(Runnable work) {
    long graph = queue.capture(work);
    try {
      int code = driver.updateGraph(executable, graph);
      if (code == Status.SUCCESS) return true;
      if (code != Status.GRAPH_UPDATE_FAILURE) queue.check(code, "Updating a graph", 0, "");
      long made = instantiate(graph);
      queue.check(driver.destroyExecutable(executable), "Destroying a graph", 0, "");
      executable = made;
      return false;
    } finally {
      destroy(graph);
    }
  }

  @Override
  public void close() {
    if (queue.isLost()) return;
    queue.enter();
    queue.check(driver.destroyExecutable(executable), "Destroying a graph", 0, "");
    queue.graphGone();
  }
}
