package io.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacquard.DType;
import io.jacquard.JacquardException;
import io.jacquard.Shape;
import io.jacquard.spi.Layout;
import io.jacquard.spi.View;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cuBLAS is told: once at its opening, and for each product. */
class CudaBlasTest {
  private final RecordingDriver driver = new RecordingDriver();
  private final CudaQueue queue = new CudaQueue(driver, CudaQueueTest.DEVICE, "cuda");
  private final RecordingBlas recorder = new RecordingBlas();

  private static View view(long address, DType type, long offset, long[] sizes, long... strides) {
    return new View(new CudaBuffer(address, 1000), type, new Layout(Shape.of(sizes), strides, offset));
  }

  @Test
  void opensAndClosesInOrder() {
    driver.newCalls();
    var blas = new CudaBlas(queue, recorder, MathPolicy.TF32);
    assertEquals(List.of("create()", "setStream(101)", "setWorkspace(33554432)", "setMathMode(19)"),
        recorder.calls);
    assertEquals(List.of("allocate(33554432)"), driver.newCalls());
    blas.close();
    assertEquals("destroy(9)", recorder.calls.getLast());
    queue.close();
    assertTrue(driver.blocks.isEmpty());
  }

  @Test
  void addressesAreInBytesAndInCublassOrder() {
    var blas = new CudaBlas(queue, recorder, MathPolicy.FLOAT32);
    var a = view(10_000, DType.BFLOAT16, 3, new long[]{2, 4}, 4, 1);
    var b = view(20_000, DType.BFLOAT16, 5, new long[]{4, 6}, 6, 1);
    var rows = view(30_000, DType.FLOAT32, 7, new long[]{2, 6}, 6, 1);
    assertTrue(blas.multiply(1, 0, a, b, rows));
    assertEquals("gemm(6 x 2 x 4, 20010, 10006, 30028)", recorder.calls.getLast());
    var columns = view(30_000, DType.FLOAT32, 7, new long[]{2, 6}, 1, 2);
    assertTrue(blas.multiply(1, 0, a, b, columns));
    assertEquals("gemm(2 x 6 x 4, 10006, 20010, 30028)", recorder.calls.getLast());
  }

  @Test
  void callsInTurnWhatHasNoOneDistance() {
    var blas = new CudaBlas(queue, recorder, MathPolicy.FLOAT32);
    var a = view(10_000, DType.FLOAT32, 0, new long[]{2, 2, 1, 2}, 100, 2, 2, 1);
    var b = view(20_000, DType.FLOAT32, 0, new long[]{2, 2, 2, 1}, 4, 2, 1, 1);
    var c = view(30_000, DType.FLOAT32, 0, new long[]{2, 2, 1, 1}, 2, 1, 1, 1);
    assertTrue(blas.multiply(1, 0, a, b, c));
    assertEquals(List.of("gemm(1 x 1 x 2, 20000, 10000, 30000)", "gemm(1 x 1 x 2, 20016, 10400, 30008)"),
        recorder.calls.subList(recorder.calls.size() - 2, recorder.calls.size()));
  }

  @Test
  void leavesWhatItDoesNotKnowAndSkipsNothingness() {
    var blas = new CudaBlas(queue, recorder, MathPolicy.FLOAT32);
    int before = recorder.calls.size();
    var spread = view(10_000, DType.FLOAT32, 0, new long[]{2, 2}, 8, 2);
    assertFalse(blas.multiply(1, 0, spread, spread, spread));
    var empty = view(10_000, DType.FLOAT32, 0, new long[]{0, 2}, 2, 1);
    assertTrue(blas.multiply(1, 0, empty, spread, empty));
    assertEquals(before, recorder.calls.size());
  }

  @Test
  void errorsNameTheProduct() {
    var blas = new CudaBlas(queue, recorder, MathPolicy.FLOAT32);
    recorder.status = 13;
    var a = view(10_000, DType.FLOAT32, 0, new long[]{2, 2}, 2, 1);
    assertEquals("cuBLAS failed on cuda at matmul of " + a.spec() + " and " + a.spec()
        + " with CUBLAS_STATUS_13.",
        assertThrows(JacquardException.class, () -> blas.multiply(1, 0, a, a, a)).getMessage());
    assertEquals("cuBLAS failed on cuda at making a handle with CUBLAS_STATUS_13.",
        assertThrows(JacquardException.class, () -> new CudaBlas(queue, recorder, MathPolicy.FLOAT32))
            .getMessage());
    driver.failNext("synchronize", 719);
    assertThrows(JacquardException.class, queue::synchronize);
    blas.close();
    assertEquals("create()", recorder.calls.getLast(), "nothing is called once the context is lost");
  }
}
