package io.jacquard.kernels;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The hash by which files of the cache are named and verified.
 *
 * <pre>{@code
 * var name = Sha256.hex("source".getBytes(StandardCharsets.UTF_8));
 * }</pre>
 */
public final class Sha256 {
  public static final int BYTES = 32;

  private Sha256() {}

  /** Of all parts, with a zero behind each. */
  public static byte[] of(byte[]... parts) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        digest.update(part);
        digest.update((byte) 0);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #of}, in hexadecimal digits. */
  public static String hex(byte[]... parts) {
    return HexFormat.of().formatHex(of(parts));
  }
}
