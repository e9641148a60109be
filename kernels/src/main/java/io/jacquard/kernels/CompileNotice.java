package io.jacquard.kernels;

/**
 * Tells a user who waits that kernels are being compiled, and how many were.
 *
 * <pre>{@code
 * var notice = new CompileNotice("the GPU");
 * notice.compiled(2_000_000_000L);
 * }</pre>
 */
public final class CompileNotice {
  private static final long PATIENCE = 1_000_000_000L;
  private static final int EVERY = 50;

  private final String device;
  private long spent;
  private int kernels;
  private int said;

  /** @param device what kernels are compiled for */
  public CompileNotice(String device) {
    this.device = device;
  }

  /** To be called after each kernel that was compiled anew. */
  public void compiled(long nanos) {
    kernels++;
    spent += nanos;
    if (said == 0 && spent > PATIENCE) {
      System.err.println("Compiling kernels for " + device + "; they are kept for the next start ...");
      said = kernels;
    } else if (said > 0 && kernels >= said + EVERY) {
      System.err.println("Compiled " + kernels + " kernels so far, in " + spent / 1_000_000_000L + " s.");
      said = kernels;
    }
  }
}
