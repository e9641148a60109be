package io.jacquard.spi;

/**
 * What a user may ask of a backend when it is opened.
 *
 * @param threads host threads that compute; 0 for all cores
 */
public record OpenOptions(int threads) {
  public static final OpenOptions DEFAULT = new OpenOptions(0);
}
