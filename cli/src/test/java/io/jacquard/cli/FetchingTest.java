package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.jacquard.data.MnistFiles;
import io.jacquard.io.Download;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchingTest {
  @TempDir
  private Path folder;

  @Test
  void aBarMovesWhereAPersonLooksOn() throws Exception {
    var bytes = "four files, of which this is one".getBytes(StandardCharsets.UTF_8);
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
    try {
      var download = new Download("file.gz", bytes.length,
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)),
          List.of(URI.create("http://localhost:" + server.getAddress().getPort() + "/file.gz")));
      var live = new Captured(StandardCharsets.UTF_8, true, 100);
      Fetching.fetch(List.of(download), folder, live.output);
      assertTrue(live.out().contains("\r32/32 ━━━"), live.out());
      assertTrue(live.out().contains("file.gz · ") && live.out().contains(" MB/s"), live.out());
      var again = new Captured();
      Fetching.fetch(List.of(download), folder, again.output);
      assertEquals("", again.out(), "it is there");
      Files.delete(folder.resolve("file.gz"));
      Fetching.fetch(List.of(download), folder, again.output);
      assertEquals("Fetched " + folder.resolve("file.gz") + ", and its SHA-256 is right.\n", again.out());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void mnistHasFourFilesOnMirrors() {
    var files = MnistFiles.downloads();
    assertEquals(
        List.of("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz"),
        files.stream().map(Download::name).toList());
    assertEquals(11_594_722, files.stream().mapToLong(Download::bytes).sum());
    for (var file : files) {
      assertEquals(2, file.mirrors().size());
      for (var mirror : file.mirrors())
        assertTrue(mirror.toString().endsWith("/mnist/" + file.name()), mirror.toString());
    }
  }
}
