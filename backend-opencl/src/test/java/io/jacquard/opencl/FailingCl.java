package io.jacquard.opencl;

/** OpenCL whose calls fail, from some call on, with a code that drivers give when a device is gone. */
final class FailingCl extends Cl {
  /** Which call fails. */
  enum Call {
    ARGUMENT, LAUNCH, READ, WRITE, FINISH
  }

  private final Call which;
  private final int code;
  private int left = Integer.MAX_VALUE;

  FailingCl(Call which, int code) {
    this.which = which;
    this.code = code;
  }

  /** From now on so many calls of the kind still work. */
  void failAfter(int calls) {
    left = calls;
  }

  private boolean fails(Call call) {
    return call == which && left != Integer.MAX_VALUE && left-- <= 0;
  }

  @Override
  int setKernelArg(long kernel, int index, long size, long address) {
    return fails(Call.ARGUMENT) ? code : super.setKernelArg(kernel, index, size, address);
  }

  @Override
  int enqueueKernel(long queue, long kernel, int dimensions, long global, long local, long event) {
    return fails(Call.LAUNCH) ? code : super.enqueueKernel(queue, kernel, dimensions, global, local, event);
  }

  @Override
  int enqueueRead(long queue, long buffer, boolean wait, long offset, long bytes, long address) {
    return fails(Call.READ) ? code : super.enqueueRead(queue, buffer, wait, offset, bytes, address);
  }

  @Override
  int enqueueWrite(long queue, long buffer, boolean wait, long offset, long bytes, long address) {
    return fails(Call.WRITE) ? code : super.enqueueWrite(queue, buffer, wait, offset, bytes, address);
  }

  @Override
  int finish(long queue) {
    return fails(Call.FINISH) ? code : super.finish(queue);
  }
}
