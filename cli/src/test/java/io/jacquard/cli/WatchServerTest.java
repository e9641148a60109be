package io.jacquard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacquard.JacquardException;
import io.jacquard.spi.Backends;
import io.jacquard.spi.Device;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a browser gets of a run, by HTTP, and what it makes of it. */
class WatchServerTest {
  private static final HttpClient BROWSER = HttpClient.newHttpClient();

  @TempDir
  private static Path folder;
  private static Device device;

  @BeforeAll
  static void train() throws IOException {
    var data = TinyMnist.in(folder.resolve("data")).toString();
    run(0, "train", "mnist", "--data", data, "--out", at("digits"), "--model", "softmax", "--epochs", "3",
        "--quiet");
    var lines = new StringBuilder("a,b\n");
    for (int i = 0; i < 60; i++) lines.append(i / 60.0).append(',').append(i / 30.0).append('\n');
    var table = Files.writeString(folder.resolve("t.csv"), lines).toString();
    run(0, "train", "csv", table, "--target", "b", "--numbers", "--out", at("numbers"), "--epochs", "2",
        "--quiet");
    device = Backends.discover().open("cpu");
  }

  @AfterAll
  static void close() {
    device.backend().close();
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }

  private static Captured run(int code, String... args) {
    var program = new Captured();
    assertEquals(code, program.run(args), program.err());
    return program;
  }

  private static WatchServer serve(String name) {
    return WatchServer.start(new WatchedRun(folder.resolve(name)), 0, device);
  }

  private static HttpResponse<String> get(WatchServer server, String path) throws Exception {
    return BROWSER.send(HttpRequest.newBuilder(server.address().resolve(path)).build(),
        BodyHandlers.ofString());
  }

  private static Map<String, @Nullable Object> json(WatchServer server, String path) throws Exception {
    var response = get(server, path);
    assertEquals(200, response.statusCode());
    return Json.read(Files.writeString(folder.resolve("answer.json"), response.body()));
  }

  @Test
  void thePageFetchesNothingFromElsewhere() throws Exception {
    try (var server = serve("digits")) {
      var page = get(server, "/");
      assertEquals("text/html; charset=utf-8", page.headers().firstValue("Content-Type").orElseThrow());
      assertTrue(page.body().contains("--paper:") && page.body().contains("Confusion matrix"));
      assertFalse(page.body().replace("http://www.w3.org/2000/svg", "").matches("(?s).*https?://.*"));
      assertTrue(page.headers().firstValue("Content-Security-Policy").orElseThrow()
          .startsWith("default-src 'none'"));
    }
  }

  @Test
  void theStateOfARun() throws Exception {
    try (var server = serve("digits")) {
      var status = json(server, "/status.json");
      assertEquals("digits", status.get("name"));
      assertEquals("done", status.get("state"));
      assertTrue(String.valueOf(status.get("command")).startsWith("jacquard train mnist --data"));
      assertTrue(String.valueOf(status.get("summary")).contains("Linear(784, 10)"));
      var epochs = (List<?>) status.get("epochs");
      assertEquals(3, epochs.size());
      assertTrue(((Map<?, ?>) epochs.getLast()).get("val_accuracy") instanceof Double);
      var steps = (List<?>) status.get("steps");
      assertEquals(3.0, ((List<?>) steps.getLast()).getFirst(), "the end of each epoch is noted");
      assertEquals(1.0, ((Map<?, ?>) status.get("progress")).get("share"));
      assertTrue(((Map<?, ?>) status.get("result")).containsKey("test_accuracy"));
      var machine = (Map<?, ?>) status.get("machine");
      assertTrue((Long) machine.get("cores") >= 1 && (Double) machine.get("memory_used") > 0);
    }
  }

  @Test
  void whatTheModelSees() throws Exception {
    try (var server = serve("digits")) {
      var sight = json(server, "/sight.json");
      assertEquals((long) TinyMnist.TEST, sight.get("samples"), String.valueOf(sight.get("problem")));
      long sum = 0;
      long right = 0;
      var rows = (List<?>) sight.get("confusion");
      for (int i = 0; i < rows.size(); i++) {
        var row = (List<?>) rows.get(i);
        for (int j = 0; j < row.size(); j++) {
          sum += (Long) row.get(j);
          if (i == j) right += (Long) row.get(j);
        }
      }
      assertEquals(TinyMnist.TEST, sum);
      assertEquals((double) right / sum, (Double) sight.get("accuracy"), 1e-9);
      var pictures = (List<?>) sight.get("pictures");
      assertEquals(24, pictures.size());
      var first = (Map<?, ?>) pictures.getFirst();
      assertTrue(String.valueOf(first.get("png")).startsWith("data:image/png;base64,"));
      assertEquals(false, first.get("right"), "the surest mistake comes first");
      assertEquals(sight, json(server, "/sight.json"), "the same model, the same answer");
    }
  }

  /** What the page's own code makes of all that. */
  @Test
  void aRealBrowserShowsIt(@TempDir Path profile) throws Exception {
    var browser = Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(bin -> Stream.of("chromium", "chromium-browser", "google-chrome").map(Path.of(bin)::resolve))
        .filter(Files::isExecutable).findFirst();
    assumeTrue(browser.isPresent(), "neither chromium nor google-chrome is on the PATH");
    try (var server = serve("digits")) {
      var process = new ProcessBuilder(browser.get().toString(), "--headless=new", "--no-sandbox",
          "--disable-gpu", "--user-data-dir=" + profile, "--virtual-time-budget=5000", "--dump-dom",
          server.address().toString()).redirectError(Redirect.DISCARD).start();
      var page = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor());
      assertTrue(page.contains("digits · Jacquard</title>") && page.contains("class=\"state done\""), page);
      assertTrue(page.contains("Confusion matrix · " + TinyMnist.TEST + " test samples"), page);
      assertEquals(24, page.split("data:image/png;base64,", -1).length - 1, "pictures");
      assertTrue(page.split("<polyline", -1).length > 4, "curves");
      assertTrue(page.contains("Linear(784, 10)"));
    }
  }

  @Test
  void numbersAreShownBesideWhatWasTold() throws Exception {
    try (var server = serve("numbers")) {
      var sight = json(server, "/sight.json");
      assertEquals(sight.get("samples"), (long) ((List<?>) sight.get("points")).size());
    }
  }

  /** As it is while a training goes on in another process: no report yet, a line half written. */
  @Test
  void aTrainingThatGoesOn() throws Exception {
    var live = Files.createDirectories(folder.resolve("live"));
    try (var server = serve("live")) {
      assertEquals("beginning", json(server, "/status.json").get("state"));
      Files.writeString(live.resolve("steps.csv"),
          StepLog.HEADER + "\n1,4,50,100,1.000,2.5\n1,4,100,100,2.000,1.5\n"
              + "2,4,50,100,3.000,0.5\n2,4,60,1");
      var status = json(server, "/status.json");
      assertEquals("training", status.get("state"));
      var progress = (Map<?, ?>) status.get("progress");
      assertEquals(150 / 400.0, (Double) progress.get("share"), 1e-9);
      assertEquals(50, (Double) progress.get("steps_per_second"), 1e-9);
      assertEquals(250 / 50.0, (Double) progress.get("eta"), 1e-9);
      assertEquals(List.of(List.of(0.5, 2.5), List.of(1.0, 1.5), List.of(1.5, 0.5)), status.get("steps"));
      assertTrue(String.valueOf(json(server, "/sight.json").get("problem")).startsWith("The first model"));
      // A model, but no word of its data.
      Files.copy(folder.resolve("digits/model.safetensors"), live.resolve("model.safetensors"));
      assertTrue(String.valueOf(json(server, "/sight.json").get("problem")).contains("cannot be read"));
    }
  }

  @Test
  void onlyThisMachineIsServed() throws Exception {
    try (var server = serve("digits")) {
      assertEquals(404, get(server, "/other").statusCode());
      assertTrue(InetAddress.getByName(server.address().getHost()).isLoopbackAddress());
      var posted = BROWSER.send(HttpRequest.newBuilder(server.address())
          .POST(HttpRequest.BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());
      assertEquals(405, posted.statusCode());
      // A name that leads to this machine, as a hostile site could have one.
      try (var socket = new Socket(server.address().getHost(), server.address().getPort())) {
        socket.getOutputStream().write(
            "GET /status.json HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        assertTrue(text(socket.getInputStream()).startsWith("HTTP/1.1 403 "));
      }
      var port = server.address().getPort();
      var error = assertThrows(JacquardException.class,
          () -> WatchServer.start(new WatchedRun(folder), port, device));
      assertTrue(error.getMessage().contains("is in use on this machine"), error.getMessage());
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void whatIsNoRunIsRefused() {
    assertTrue(run(Main.FAILURE, "watch", at("data")).err().contains("is not the folder of a run"));
    assertTrue(run(Main.USAGE, "watch", at("digits"), "--port", "70000").err()
        .contains("expected 0 to 65535"));
  }
}
