package io.jacquard.spi;

/**
 * What a user may ask of a backend when it is opened.
 *
 * <pre>{@code
 * var device = Backends.discover().choose("cpu", new OpenOptions(2)).device();   // on two threads
 * }</pre>
 *
 * @param threads host threads that compute; 0 for all cores
 */
public record OpenOptions(int threads) {
  public static final OpenOptions DEFAULT = new OpenOptions(0);
}
