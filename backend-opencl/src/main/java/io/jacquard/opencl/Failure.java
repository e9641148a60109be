package io.jacquard.opencl;

import io.jacquard.JacquardException;
import io.jacquard.spi.DeviceLost;
import io.jacquard.spi.OutOfDeviceMemory;
import org.jocl.CL;

/** Turns OpenCL's error codes into exceptions that say what was going on. */
final class Failure {
  private Failure() {}

  /** @param doing what failed: {@code "The upload of 12 bytes"} */
  static JacquardException of(int code, String device, String doing) {
    var name = CL.stringFor_errorCode(code);
    return switch (code) {
      case CL.CL_MEM_OBJECT_ALLOCATION_FAILURE, CL.CL_OUT_OF_HOST_MEMORY ->
        new OutOfDeviceMemory(doing + " failed on " + device + " with " + name);
      case CL.CL_OUT_OF_RESOURCES, CL.CL_DEVICE_NOT_AVAILABLE, CL.CL_INVALID_COMMAND_QUEUE ->
        new DeviceLost("The device " + device + " gave up: " + doing + " failed with " + name
            + ". It may have been reset or unplugged, or be out of memory; what it holds cannot be read any more. Files "
            + "that were saved before are whole. Start again from them, with a smaller batch if it happens again.");
      default -> new JacquardException(doing + " failed on " + device + " with " + name + ".");
    };
  }
}
