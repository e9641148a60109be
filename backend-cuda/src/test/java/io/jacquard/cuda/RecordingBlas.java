package io.jacquard.cuda;

import java.util.ArrayList;
import java.util.List;

/** cuBLAS that notes each call and multiplies nothing. */
final class RecordingBlas implements Blas {
  final List<String> calls = new ArrayList<>();
  int status;

  private int note(String call) {
    calls.add(call);
    return status;
  }

  @Override
  public int create(long[] handle) {
    handle[0] = 9;
    return note("create()");
  }

  @Override
  public int destroy(long handle) {
    return note("destroy(" + handle + ")");
  }

  @Override
  public int setStream(long handle, long stream) {
    return note("setStream(" + stream + ")");
  }

  @Override
  public int setWorkspace(long handle, long address, long bytes) {
    return note("setWorkspace(" + bytes + ")");
  }

  @Override
  public int setMathMode(long handle, int mode) {
    return note("setMathMode(" + mode + ")");
  }

  @Override
  public int gemm(long handle, GemmCall call, long a, long b, long c) {
    return note(
        "gemm(" + call.m() + " x " + call.n() + " x " + call.k() + ", " + a + ", " + b + ", " + c + ")");
  }

  @Override
  public String name(int status) {
    return "CUBLAS_STATUS_" + status;
  }
}
