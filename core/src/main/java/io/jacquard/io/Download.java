package io.jacquard.io;

import io.jacquard.JacquardException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A file on the network whose contents are known beforehand, and how to fetch it.
 *
 * <pre>{@code
 * var file = new Download("words.txt", 5_000, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
 *     List.of(URI.create("https://example.org/words.txt")));
 * Path there = file.to(Path.of("cache"), (done, size) -> System.out.println(done + " of " + size));
 * }</pre>
 *
 * <p>What has come is kept in {@code NAME.part} when a transfer breaks off, and the next one asks for the rest. The file gets
 * its name in one step, once its SHA-256 is right; so a file of that name is always whole. Only https is asked, and plain
 * http on this machine.
 *
 * @param bytes the file's size; a server that sends more is not listened to
 * @param sha256 of its contents, 64 hexadecimal digits
 * @param mirrors where it lies, asked one after the other
 */
public record Download(String name, long bytes, String sha256, List<URI> mirrors) {
  /** Milliseconds in which something must come. */
  private static final int PATIENCE = 20_000;

  /** Is told how much has come. */
  @FunctionalInterface
  public interface Progress {
    void done(long bytes, long of);
  }

  public Download {
    mirrors = List.copyOf(mirrors);
    if (name.isEmpty() || name.contains("/") || name.contains("\\"))
      throw new JacquardException("Download: '" + name + "' is no name of a file.");
    if (!sha256.matches("[0-9a-f]{64}"))
      throw new JacquardException(
          "Download of " + name + ": the SHA-256 is '" + sha256 + "', expected 64 digits.");
    for (var mirror : mirrors) {
      boolean local = "localhost".equals(mirror.getHost()) || "127.0.0.1".equals(mirror.getHost());
      if (!"https".equals(mirror.getScheme()) && !(local && "http".equals(mirror.getScheme())))
        throw new JacquardException("Download of " + name + ": " + mirror + " is not https.");
    }
  }

  /**
   * Fetches the file into a folder, which is made if need be; one that is there and whole is left as it is.
   *
   * @return where it lies
   * @throws JacquardException saying what failed at each mirror, and what to do
   */
  public Path to(Path folder, Progress progress) {
    var target = folder.resolve(name);
    if (isWhole(target)) return target;
    AtomicFile.requireWritableFolder(folder);
    var problems = new ArrayList<String>();
    for (var mirror : mirrors) {
      try {
        fetch(mirror, target, progress);
        return target;
      } catch (IOException e) {
        problems.add(mirror.getHost() + ": " + reason(e));
      }
    }
    throw new JacquardException(name + " could not be fetched (" + String.join("; ", problems)
        + "). Is there a network, and does it need a proxy (JACQUARD_JAVA_OPTS='-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT')? Or fetch "
        + mirrors.getFirst()
        + " by other means and put it into " + folder + ".");
  }

  private void fetch(URI mirror, Path target, Progress progress) throws IOException {
    var part = target.resolveSibling(name + ".part");
    long there = Files.exists(part) ? Files.size(part) : 0;
    if (there > bytes) {
      Files.delete(part);
      there = 0;
    }
    if (there < bytes) receive(mirror, part, there, progress);
    if (!isWhole(part)) {
      Files.delete(part);
      throw new IOException(
          "what it sent is another file: its SHA-256 is not " + sha256.substring(0, 12) + "...");
    }
    try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      Disk.current().force(channel);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Adds to the part what is missing, if the server can give that; otherwise all from the beginning. */
  private void receive(URI mirror, Path part, long there, Progress progress) throws IOException {
    var connection = (HttpURLConnection) mirror.toURL().openConnection();
    connection.setConnectTimeout(PATIENCE);
    connection.setReadTimeout(PATIENCE);
    connection.setRequestProperty("User-Agent", "jacquard");
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (there > 0) connection.setRequestProperty("Range", "bytes=" + there + "-");
    int status = connection.getResponseCode();
    var range = connection.getHeaderField("Content-Range");
    boolean rest = status == HttpURLConnection.HTTP_PARTIAL && range != null
        && range.startsWith("bytes " + there + "-");
    if (!rest && status != HttpURLConnection.HTTP_OK)
      throw new IOException("it answers with status " + status);
    try (var in = connection.getInputStream()) {
      long done = rest ? there : 0;
      try (var out = Files.newOutputStream(part, StandardOpenOption.CREATE,
          rest ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE)) {
        var buffer = new byte[1 << 16];
        for (int read; (read = in.read(buffer)) >= 0;) {
          done += read;
          if (done > bytes) throw new IOException("it sends more than the " + bytes + " bytes expected");
          out.write(buffer, 0, read);
          progress.done(done, bytes);
        }
      } catch (SocketTimeoutException e) {
        throw new IOException("it sent nothing for " + PATIENCE / 1000 + " s after " + done + " of " + bytes
            + " bytes, which are kept for the next time", e);
      }
      if (done < bytes) {
        throw new IOException("it broke off after " + done + " of " + bytes
            + " bytes, which are kept for the next time");
      }
    }
  }

  private boolean isWhole(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) != bytes) return false;
      var sum = MessageDigest.getInstance("SHA-256");
      try (var in = Files.newInputStream(file)) {
        var buffer = new byte[1 << 16];
        for (int read; (read = in.read(buffer)) >= 0;) sum.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(sum.digest()).equals(sha256);
    } catch (IOException e) {
      throw FileProblem.of(file, "cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case UnknownHostException _ -> "its name is not known here";
      case SocketTimeoutException _ -> "no answer within " + PATIENCE / 1000 + " s";
      case ConnectException c -> c.getMessage() == null ? "no connection" : c.getMessage();
      default -> FileProblem.reason(e);
    };
  }
}
