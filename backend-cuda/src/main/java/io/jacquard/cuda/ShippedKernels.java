package io.jacquard.cuda;

import io.jacquard.JacquardException;
import io.jacquard.kernels.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Kernels that were compiled when Jacquard was built, for machines that have a driver but no NVRTC: as PTX for sm_75, which a
 * driver translates for whatever GPU it has. There are those of common trainings; a kernel that is not among them is refused.
 */
final class ShippedKernels implements Rtc {
  /** The folder beside this class; the build makes it where it finds nvcc. */
  static final String FOLDER = "ptx";
  /** The file in it that says what made the others. */
  static final String ABOUT = "about.txt";
  /** The oldest architecture that the PTX runs on. */
  static final int OLDEST = 75;
  /** What a user can do about a kernel that is missing. */
  static final String CURE = "install NVRTC: with the CUDA toolkit, or with 'pip install nvidia-cuda-nvrtc'";

  /** Where the files are. */
  interface Files {
    /** The file's content; null if there is no such file. */
    byte @Nullable [] read(String name);
  }

  private final Files files;
  private final String about;

  private ShippedKernels(Files files, String about) {
    this.files = files;
    this.about = about;
  }

  /** Those of this build; null if it has none. */
  static @Nullable ShippedKernels find() {
    return of(ShippedKernels::resource);
  }

  /** Those that lie somewhere; null if there are none. */
  static @Nullable ShippedKernels of(Files files) {
    var about = files.read(ABOUT);
    return about == null ? null
        : new ShippedKernels(files, new String(about, StandardCharsets.UTF_8).strip());
  }

  /** The name of the file for a kernel. */
  static String file(String source) {
    return Sha256.hex(source.getBytes(StandardCharsets.UTF_8)).substring(0, 32) + ".ptx";
  }

  private static byte @Nullable [] resource(String name) {
    try (var in = ShippedKernels.class.getResourceAsStream(FOLDER + "/" + name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }

  /** Such as {@code 312 kernels by nvcc 13.0}. */
  String about() {
    return about;
  }

  @Override
  public String version() {
    return "shipped PTX (" + about + ")";
  }

  /** The driver keeps what it makes of PTX itself. */
  @Override
  public boolean makesMachineCode() {
    return false;
  }

  @Override
  public Compiled compile(String name, String source, List<String> options) {
    var ptx = options.stream().anyMatch(o -> o.startsWith("-DEXCHANGED")) ? null : files.read(file(source));
    if (ptx == null)
      throw new JacquardException("Kernel " + name + " is not among those that Jacquard ships (" + about
          + "), which serve common trainings in float32 where NVRTC is missing. To compile any kernel, "
          + CURE
          + ".");
    var text = new ByteArrayOutputStream(ptx.length + 1);
    text.writeBytes(ptx);
    text.write(0); // a driver takes PTX as a C string
    return new Compiled(text.toByteArray(), "");
  }
}
