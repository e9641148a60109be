package io.jacquard.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.JacquardException;
import io.jacquard.spi.OutOfDeviceMemory;
import io.jacquard.tensor.Where;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue's calls of the driver: their order, what is checked, and what an error leaves. */
class CudaQueueTest {
  static final CudaDevice DEVICE = new CudaDevice(1, "Test GPU", 64L << 20, 9, 0, 132);

  private final RecordingDriver driver = new RecordingDriver();

  private CudaQueue open() {
    return new CudaQueue(driver, DEVICE, "cuda:1");
  }

  @AfterEach
  void restore() {
    System.clearProperty(CudaQueue.SYNCHRONOUS);
  }

  @Test
  void opensAndClosesInOrder() {
    var queue = open();
    assertEquals(List.of("retainContext(1)", "setContext(100)", "createStream()", "allocatePinned(8388672)",
        "createEvent()", "createEvent()"), driver.newCalls());
    var buffer = queue.allocate(1000);
    queue.free(buffer);
    assertEquals(List.of("allocate(2097152)"), driver.newCalls());
    queue.close();
    assertEquals(
        List.of("synchronize(101)", "destroyEvent(102)", "destroyEvent(103)", "freePinned()", "free()",
            "destroyStream(101)", "releaseContext(1)"),
        driver.newCalls());
    assertTrue(driver.blocks.isEmpty() && driver.pinned.isEmpty(), "something is left");
    assertThrows(JacquardException.class, () -> queue.allocate(1));
    queue.close();
    assertEquals(List.of(), driver.newCalls(), "closing twice calls nothing");
  }

  @Test
  void setsTheContextForEachThread() throws InterruptedException, ExecutionException {
    var queue = open();
    driver.newCalls();
    queue.synchronize();
    assertEquals(List.of("synchronize(101)"), driver.newCalls());
    var elsewhere = java.util.concurrent.CompletableFuture.runAsync(() -> {
      queue.synchronize();
      queue.synchronize();
    }, r -> Thread.ofPlatform().start(r));
    elsewhere.get();
    assertEquals(List.of("setContext(100)", "synchronize(101)", "synchronize(101)"), driver.newCalls());
    queue.synchronize();
    assertEquals(List.of("setContext(100)", "synchronize(101)"), driver.newCalls());
    java.util.concurrent.CompletableFuture.runAsync(() -> {
      queue.synchronize();
      queue.synchronize();
    }, r -> Thread.ofVirtual().start(r)).get();
    assertEquals(2, driver.newCalls().stream().filter("setContext(100)"::equals).count(),
        "a virtual thread may have moved");
  }

  @Test
  void whatIsUploadedArrives() {
    var random = new Random(1);
    try (var queue = open(); var arena = Arena.ofConfined()) {
      for (int round = 0; round < 12; round++) {
        int bytes = round == 5 ? 11 << 20 : 1 + random.nextInt(3 << 20);
        var data = new byte[bytes];
        random.nextBytes(data);
        var buffer = queue.allocate(bytes + 100);
        var before = MemorySegment.ofArray(data.clone());
        queue.upload(before, buffer, 100);
        before.fill((byte) 0); // may change after the return
        if (round % 3 == 2) {
          var back = arena.allocate(bytes);
          queue.download(buffer, 100, back);
          assertArrayEquals(data, back.toArray(JAVA_BYTE), "round " + round);
        }
        var last = new byte[1];
        if (round % 4 == 3) queue.download(buffer, 100 + bytes - 1, MemorySegment.ofArray(last));
        if (round % 4 == 3) assertEquals(data[bytes - 1], last[0]);
        queue.free(buffer);
      }
    }
  }

  @Test
  void manyUploadsWaitForHalvesOnly() {
    var queue = open();
    var buffer = queue.allocate(6 << 20);
    driver.newCalls();
    var data = MemorySegment.ofArray(new byte[3 << 20]);
    for (int i = 0; i < 4; i++) queue.upload(data, buffer, 0);
    var calls = driver.newCalls();
    assertEquals(0, calls.stream().filter(c -> c.startsWith("synchronize")).count());
    assertEquals(List.of("recordEvent(102)", "recordEvent(103)", "waitEvent(102)"),
        calls.stream().filter(c -> c.contains("Event")).toList());
    queue.close();
  }

  @Test
  void refusesWhatLiesOutside() {
    var queue = open();
    var buffer = queue.allocate(16);
    var data = MemorySegment.ofArray(new byte[10]);
    var e = assertThrows(JacquardException.class, () -> queue.upload(data, buffer, 7));
    assertEquals("upload: 10 bytes from byte 7 on do not lie in a buffer of 16 bytes.", e.getMessage());
    assertThrows(JacquardException.class, () -> queue.download(buffer, -1, data));
    assertThrows(IllegalArgumentException.class, () -> queue.allocate(-1));
    queue.download(buffer, 16, MemorySegment.ofArray(new byte[0]));
    queue.close();
  }

  @Test
  void outOfMemoryFlushesRetriesAndTellsSizes() {
    var queue = open();
    var first = queue.allocate(30L << 20);
    queue.free(first);
    driver.newCalls();
    var second = queue.allocate(50L << 20); // only once the first slab has gone back
    assertEquals(List.of("allocate(52428800)", "free()", "allocate(52428800)"), driver.newCalls());
    var e = assertThrows(OutOfDeviceMemory.class, () -> queue.allocate(20L << 20));
    assertEquals(
        "20,971,520 bytes do not fit: Test GPU has 67,108,864 bytes, 14,680,064 of them free; tensors have "
            + "52,428,800, in slabs of 52,428,800 together",
        e.getMessage());
    driver.newCalls();
    assertThrows(OutOfDeviceMemory.class, () -> queue.allocate(Long.MAX_VALUE));
    assertEquals(List.of("memory()"), driver.newCalls(),
        "no memory is asked for that no device of its kind has");
    queue.free(second);
    queue.trim();
    assertTrue(driver.blocks.isEmpty());
    queue.close();
  }

  @Test
  void errorsNameWhatWasDone() {
    driver.failNext("retainContext", 101);
    assertEquals("Opening the context failed on cuda:1 with CUDA_ERROR_INVALID_DEVICE (101).",
        assertThrows(JacquardException.class, this::open).getMessage());
    driver.failNext("allocatePinned", 2);
    assertEquals(
        "Pinning 8,388,672 bytes of the host's memory failed on cuda:1 with CUDA_ERROR_OUT_OF_MEMORY (2)",
        assertThrows(OutOfDeviceMemory.class, this::open).getMessage());
    var queue = open();
    driver.failNext("allocate", 1);
    assertEquals("Allocating 2,097,152 bytes failed on cuda:1 with CUDA_ERROR_INVALID_VALUE (1).",
        assertThrows(JacquardException.class, () -> queue.allocate(5)).getMessage());
    var buffer = queue.allocate(5);
    driver.failNext("copyToDevice", 12345);
    assertEquals("An upload of 5 bytes failed on cuda:1 with CUDA error 12345.",
        assertThrows(JacquardException.class,
            () -> queue.upload(MemorySegment.ofArray(new byte[5]), buffer, 0))
            .getMessage());
    assertFalse(queue.isLost());
    queue.close();
  }

  private void launch(CudaQueue queue, String kernel) {
    queue.launch(kernel, 7, 1, 2, 3, 64, 48, new ArgumentBlock(0));
  }

  @Test
  void anErrorInsideAKernelEndsTheContext() {
    var queue = open();
    var buffer = queue.allocate(5);
    for (int i = 0; i < 11; i++) launch(queue, "kernel" + i);
    driver.failNext("synchronize", Status.ILLEGAL_ADDRESS);
    var e = assertThrows(JacquardException.class, queue::synchronize);
    assertEquals(
        "Waiting for the GPU failed on cuda:1 with CUDA_ERROR_ILLEGAL_ADDRESS (700). The last kernels "
            + "were kernel3, kernel4, kernel5, kernel6, kernel7, kernel8, kernel9, kernel10. The GPU's context is lost: "
            + "start again from the last checkpoint, with -Djacquard.cuda.synchronous=true to learn which kernel it was.",
        e.getMessage());
    assertTrue(queue.isLost());
    driver.newCalls();
    assertTrue(assertThrows(JacquardException.class, () -> launch(queue, "next")).getMessage()
        .startsWith("The GPU's context was lost before: Waiting for the GPU failed"));
    queue.free(buffer);
    queue.close();
    assertEquals(List.of(), driver.newCalls(), "nothing native is called any more");
  }

  @Test
  void synchronousLaunchesNameTheirKernel() {
    System.setProperty(CudaQueue.SYNCHRONOUS, "true");
    var queue = open();
    driver.newCalls();
    launch(queue, "good");
    assertEquals(List.of("launch(7, 1 x 2 x 3, 64, 48)", "synchronize(101)"), driver.newCalls());
    driver.failNext("synchronize", 719);
    assertEquals("Kernel bad (grid 1 x 2 x 3, 64 threads, 48 bytes of shared memory) failed on cuda:1 with "
        + "CUDA_ERROR_LAUNCH_FAILED (719). The GPU's context is lost: start again from the last checkpoint.",
        assertThrows(JacquardException.class, () -> launch(queue, "bad")).getMessage());
  }

  @Test
  void synchronousLaunchesNameTheirOperationIfItIsKnown() {
    System.setProperty(CudaQueue.SYNCHRONOUS, "true");
    var queue = open();
    driver.failNext("synchronize", 719);
    assertTrue(assertThrows(JacquardException.class, () -> Where.tracked(() -> {
      try (var _ = Where.during(Where.Part.OPTIMIZER); var _ = Where.inside("fc1", "Linear(3, 2)")) {
        queue.started("cuBLAS's product");
      }
    })).getMessage()
        .startsWith("cuBLAS's product of optimizer in layer 'fc1', Linear(3, 2) failed on cuda:1 with "
            + "CUDA_ERROR_LAUNCH_FAILED (719). The GPU's context is lost"));
  }

  @Test
  void aLaunchThatIsRefusedLosesNothing() {
    var queue = open();
    driver.failNext("launch", 701);
    assertEquals("Kernel big (grid 1 x 2 x 3, 64 threads, 48 bytes of shared memory) failed on cuda:1 with "
        + "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES (701).",
        assertThrows(JacquardException.class, () -> launch(queue, "big")).getMessage());
    queue.synchronize();
    queue.close();
  }
}
