package io.jacquard;

/**
 * Something that the user can mend: a wrong shape, a truncated file, a device that is not there.
 *
 * <pre>{@code
 * try {
 *   model.call(x);
 * } catch (JacquardException e) {
 *   System.err.println(e.getMessage());
 * }
 * }</pre>
 *
 * <p>The message stands alone: it says what was wrong, what was expected and what to do. The command line prints it
 * without a stack trace; every other exception is a defect of Jacquard's own.
 */
public class JacquardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JacquardException(String message) {
    super(message);
  }

  public JacquardException(String message, Throwable cause) {
    super(message, cause);
  }
}
