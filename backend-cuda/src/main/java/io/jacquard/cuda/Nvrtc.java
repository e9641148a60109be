package io.jacquard.cuda;

import io.jacquard.JacquardException;
import java.util.List;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;

/** NVRTC through JCuda. To be touched only after {@link JcudaNatives} has loaded its library. */
final class Nvrtc implements Rtc {
  private static final int COMPILATION = 6; // NVRTC_ERROR_COMPILATION

  private final String version;

  Nvrtc() {
    JNvrtc.setExceptionsEnabled(false);
    var major = new int[1];
    var minor = new int[1];
    check(JNvrtc.nvrtcVersion(major, minor), "asking for its version");
    version = "NVRTC " + major[0] + "." + minor[0];
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Compiled compile(String name, String source, List<String> options) {
    var program = new nvrtcProgram();
    check(JNvrtc.nvrtcCreateProgram(program, source, name + ".cu", 0, null, null), "taking " + name);
    try {
      int code = JNvrtc.nvrtcCompileProgram(program, options.size(), options.toArray(String[]::new));
      var log = new String[1];
      check(JNvrtc.nvrtcGetProgramLog(program, log), "telling of " + name);
      var text = log[0] == null ? "" : log[0].replace("\0", "").strip();
      if (code == COMPILATION) return new Compiled(null, text);
      check(code, "compiling " + name);
      var size = new long[1];
      check(JNvrtc.nvrtcGetCUBINSize(program, size), "measuring " + name);
      var cubin = new byte[Math.toIntExact(size[0])];
      check(JNvrtc.nvrtcGetCUBIN(program, cubin), "giving " + name);
      return new Compiled(cubin, text);
    } finally {
      JNvrtc.nvrtcDestroyProgram(program);
    }
  }

  private static void check(int code, String doing) {
    if (code != 0)
      throw new JacquardException("NVRTC failed at " + doing + ": " + JNvrtc.nvrtcGetErrorString(code) + ".");
  }
}
