package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.spi.OutOfDeviceMemory;
import org.jocl.CL;

/** Turns OpenCL's error codes into exceptions that say what was going on. */
final class Failure {
  private Failure() {}

  /** Throws if {@code code} is an error; {@code doing} is what failed: {@code "the upload of 12 bytes"}. */
  static void check(int code, String device, String doing) {
    if (code != CL.CL_SUCCESS) throw of(code, device, doing);
  }

  static JacquardException of(int code, String device, String doing) {
    var name = CL.stringFor_errorCode(code);
    return switch (code) {
      case CL.CL_MEM_OBJECT_ALLOCATION_FAILURE, CL.CL_OUT_OF_HOST_MEMORY ->
        new OutOfDeviceMemory(doing + " failed on " + device + " with " + name);
      case CL.CL_OUT_OF_RESOURCES, CL.CL_DEVICE_NOT_AVAILABLE, CL.CL_INVALID_COMMAND_QUEUE ->
        new JacquardException("The device " + device + " gave up: " + doing + " failed with " + name
            + ". It may be lost, or out of memory. What was saved is on disk; start again from the last "
            + "checkpoint, with a smaller batch if it happens again.");
      default -> new JacquardException(doing + " failed on " + device + " with " + name + ".");
    };
  }
}
