package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Graphs: what is captured, launched, updated and given back. */
class CudaGraphTest {
  private final RecordingDriver driver = new RecordingDriver();
  private CudaQueue queue;

  @BeforeEach
  void open() {
    queue = new CudaQueue(driver, CudaQueueTest.DEVICE, "cuda");
    driver.newCalls();
  }

  private void launches(int count) {
    for (int i = 0; i < count; i++) queue.launch("k", 7, 1, 1, 1, 32, 0, new ArgumentBlock(1));
  }

  @Test
  void capturesAndLaunches() {
    try (var graph = new CudaGraph(queue, () -> launches(2))) {
      assertEquals(List.of("beginCapture(101)", "launch(7, 1 x 1 x 1, 32, 0)", "launch(7, 1 x 1 x 1, 32, 0)",
          "endCapture(2 nodes)", "instantiate(104)", "destroyGraph(104)"), driver.newCalls());
      graph.launch();
      graph.launch();
      assertEquals(List.of("launchGraph(105)", "launchGraph(105)"), driver.newCalls());
    }
    assertEquals(List.of("destroyExecutable(105)"), driver.newCalls());
  }

  @Test
  void updatesInPlaceOrMakesAnew() {
    try (var graph = new CudaGraph(queue, () -> launches(2))) {
      driver.newCalls();
      assertTrue(graph.update(() -> launches(2)));
      assertEquals(List.of("updateGraph(105, 106)", "destroyGraph(106)"),
          driver.newCalls().stream().filter(c -> c.contains("Graph")).toList());
      driver.failNext("updateGraph", Status.GRAPH_UPDATE_FAILURE);
      assertFalse(graph.update(() -> launches(3)));
      assertEquals(List.of("endCapture(3 nodes)", "updateGraph(105, 107)", "instantiate(107)",
          "destroyExecutable(105)", "destroyGraph(107)"), driver.newCalls().subList(4, 9));
      graph.launch();
      assertEquals(List.of("launchGraph(108)"), driver.newCalls());
      driver.failNext("updateGraph", 1);
      assertThrows(JacquardException.class, () -> graph.update(() -> launches(1)));
      assertEquals("destroyGraph(109)", driver.newCalls().getLast());
    }
  }

  @Test
  void refusesWhatCannotBeCaptured() {
    var buffer = queue.allocate(8);
    var data = MemorySegment.ofArray(new byte[8]);
    for (var work : List.<Runnable>of(() -> queue.allocate(8), () -> queue.upload(data, buffer, 0),
        () -> queue.download(buffer, 0, data), queue::synchronize, () -> queue.capture(() -> {}))) {
      driver.newCalls();
      var e = assertThrows(JacquardException.class, () -> new CudaGraph(queue, work));
      assertTrue(e.getMessage().startsWith("While a graph is captured on cuda, "), e.getMessage());
      assertEquals(List.of("beginCapture(101)", "endCapture(0 nodes)"), driver.newCalls().subList(0, 2));
      queue.synchronize(); // the stream is usable again
    }
    queue.close();
  }

  @Test
  void nothingIsCalledOnceTheContextIsLost() {
    var graph = new CudaGraph(queue, () -> launches(1));
    driver.failNext("launchGraph", 719);
    assertThrows(JacquardException.class, graph::launch);
    driver.newCalls();
    graph.close();
    assertEquals(List.of(), driver.newCalls());
    driver.failNext("endCapture", 719);
  }

  @Test
  void anErrorWhileCapturingEndsTheCapture() {
    driver.failNext("endCapture", Status.CAPTURE_INVALIDATED);
    assertTrue(
        assertThrows(JacquardException.class, () -> new CudaGraph(queue, () -> launches(1))).getMessage()
            .contains("STREAM_CAPTURE_INVALIDATED"));
    queue.synchronize();
    queue.close();
  }
}
