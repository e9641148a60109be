package io.jacquard.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jacquard.JacquardException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server on this machine, which behaves in all the ways that servers do. */
@Timeout(60)
class DownloadTest {
  private static final int SIZE = 300_000;
  private final byte[] contents = new byte[SIZE];
  private final List<String> asked = new ArrayList<>();

  @TempDir
  private Path folder;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(contents);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/good/", exchange -> answer(exchange, contents, true, SIZE));
    server.createContext("/plain/", exchange -> answer(exchange, contents, false, SIZE));
    server.createContext("/other/", exchange -> answer(exchange, new byte[SIZE], false, SIZE));
    server.createContext("/more/",
        exchange -> answer(exchange, Arrays.copyOf(contents, SIZE + 1), false, SIZE + 1));
    server.createContext("/breaks/", exchange -> answer(exchange, contents, true, SIZE / 3));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Sends the bytes, or the rest of them, and breaks off after so many. */
  private void answer(HttpExchange exchange, byte[] bytes, boolean ranges, int most) throws IOException {
    var range = exchange.getRequestHeaders().getFirst("Range");
    asked.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
    int from = 0;
    if (ranges && range != null) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      exchange.getResponseHeaders().set("Content-Range",
          "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    exchange.sendResponseHeaders(ranges && range != null ? 206 : 200, bytes.length - from);
    int sent = Math.min(most, bytes.length - from);
    exchange.getResponseBody().write(bytes, from, sent);
    exchange.getResponseBody().flush();
    exchange.close();
  }

  private Download download(String... ways) throws Exception {
    var sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(contents));
    return new Download("data.gz", SIZE, sum, Arrays.stream(ways)
        .map(way -> URI.create("http://localhost:" + server.getAddress().getPort() + "/" + way + "/data.gz"))
        .toList());
  }

  private static void quiet(long done, long of) {}

  private String refused(Download download) {
    return assertThrows(JacquardException.class, () -> download.to(folder, DownloadTest::quiet)).getMessage();
  }

  private Path part() {
    return folder.resolve("data.gz.part");
  }

  private void requireThere(Path file) throws IOException {
    assertEquals(folder.resolve("data.gz"), file);
    assertArrayEquals(contents, Files.readAllBytes(file));
    assertFalse(Files.exists(part()));
  }

  @Test
  void aFileIsFetchedOnceAndCounted() throws Exception {
    var seen = new ArrayList<Long>();
    requireThere(download("good").to(folder, (done, of) -> {
      assertEquals(SIZE, of);
      seen.add(done);
    }));
    assertEquals(SIZE, seen.getLast());
    assertEquals(seen.stream().sorted().toList(), seen);
    download("good").to(folder, DownloadTest::quiet);
    assertEquals(List.of("/good/data.gz"), asked);
    Files.write(folder.resolve("data.gz"), new byte[SIZE]);
    requireThere(download("good").to(folder, DownloadTest::quiet));
    assertEquals(2, asked.size());
  }

  @Test
  void whatBrokeOffGoesOn() throws Exception {
    var message = refused(download("breaks"));
    assertTrue(message.startsWith("data.gz could not be fetched (localhost: "), message);
    assertTrue(message.contains("put it into " + folder), message);
    long kept = Files.size(part());
    assertTrue(kept > 0 && kept < SIZE, kept + " bytes are kept");
    requireThere(download("good").to(folder, DownloadTest::quiet));
    assertEquals("/good/data.gz bytes=" + kept + "-", asked.getLast());
  }

  @Test
  void aServerThatKnowsNoRangesSendsAllAgain() throws Exception {
    Files.write(part(), new byte[1000]);
    requireThere(download("plain").to(folder, DownloadTest::quiet));
  }

  @Test
  void aWrongBeginningIsFoundAndThrownAway() throws Exception {
    Files.write(part(), new byte[1000]);
    assertTrue(refused(download("good")).contains("its SHA-256 is not "));
    assertFalse(Files.exists(part()));
    Files.write(part(), new byte[SIZE + 1]);
    requireThere(download("good").to(folder, DownloadTest::quiet));
  }

  @Test
  void anotherFileIsNotTaken() throws Exception {
    assertTrue(refused(download("other")).contains("localhost: what it sent is another file"));
    assertTrue(refused(download("more")).contains("more than the 300000 bytes expected"));
    assertFalse(Files.exists(folder.resolve("data.gz")));
    Files.deleteIfExists(part());
    requireThere(download("none", "other", "good").to(folder, DownloadTest::quiet));
    assertTrue(refused(new Download("data.gz", 1, "0".repeat(64), download("none").mirrors()))
        .contains("it answers with status 404"));
  }

  @Test
  void withoutANetworkItSaysSo() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    var message = refused(new Download("data.gz", SIZE, "0".repeat(64),
        List.of(URI.create("https://no-such-host.invalid/data.gz"),
            URI.create("http://localhost:" + closed + "/data.gz"))));
    assertTrue(
        message.contains("no-such-host.invalid: its name is not known here; localhost: Connection refused"),
        message);
    assertTrue(message.contains("Is there a network"), message);
    assertTrue(message.length() < 500, message);
  }

  @Test
  void aFullDiskIsTold() throws Exception {
    FailingDisk.with(FailingDisk.At.FORCE, () -> {
      try {
        assertTrue(refused(download("good")).contains("localhost: Input/output error"));
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    assertFalse(Files.exists(folder.resolve("data.gz")));
    requireThere(download("good").to(folder, DownloadTest::quiet));
    assertEquals(1, asked.size(), "all had come before");
  }

  @Test
  void onlyHttpsIsAsked() {
    var error = assertThrows(JacquardException.class, () -> new Download("a", 1, "0".repeat(64),
        List.of(URI.create("http://example.org/a"))));
    assertTrue(error.getMessage().contains("http://example.org/a is not https"), error.getMessage());
    assertThrows(JacquardException.class, () -> new Download("../a", 1, "0".repeat(64), List.of()));
    assertThrows(JacquardException.class, () -> new Download("a", 1, "0", List.of()));
  }
}
