package io.jacquard.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jacquard.JacquardException;
import io.jacquard.spi.Device;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves a page on a run to browsers of this machine: {@code /}, and what it asks for, {@code /status.json} and {@code
 * /sight.json}. It listens on the loopback address alone, and answers only who calls it by a loopback name, so that no page
 * of another site can read it through a name of its own.
 */
final class WatchServer implements AutoCloseable {
  private static final Set<String> NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private WatchServer(HttpServer server) {
    this.server = server;
  }

  /** @param port 0 for any that is free */
  static WatchServer start(WatchedRun run, int port, Device device) {
    try {
      var server = new WatchServer(
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
      var sight = new Sight(run, device);
      var page = Page.resource("watch.html").replace("/* page.css */", Page.resource("page.css"))
          .getBytes(StandardCharsets.UTF_8);
      server.answer("/", "text/html; charset=utf-8", () -> page);
      server.answer("/status.json", "application/json", () -> Json.bytes(run.status()));
      server.answer("/sight.json", "application/json", () -> Json.bytes(sight.look()));
      server.server.setExecutor(server.threads);
      server.server.start();
      return server;
    } catch (BindException e) {
      throw new JacquardException(
          "--port " + port + " is in use on this machine. Choose another one, or 0 for any that"
              + " is free.",
          e);
    } catch (IOException e) {
      throw new JacquardException("The page cannot be served on port " + port + ": " + e.getMessage() + ".",
          e);
    }
  }

  /** Gives an answer's bytes. */
  @FunctionalInterface
  private interface Answer {
    byte[] bytes();
  }

  private void answer(String path, String type, Answer answer) {
    server.createContext(path, exchange -> {
      try (exchange) {
        if (!NAMES.contains(host(exchange)))
          send(exchange, 403, "text/plain", "Only 127.0.0.1 and localhost are served.\n");
        else
          if (!exchange.getRequestMethod().equals("GET"))
            send(exchange, 405, "text/plain", "Only GET is understood.\n");
        else
            if (!exchange.getRequestURI().getPath().equals(path))
              send(exchange, 404, "text/plain", "There is no such page.\n");
        else
              send(exchange, 200, type, answer.bytes());
      }
    });
  }

  private static String host(HttpExchange exchange) {
    var host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
    return host.replaceFirst(":\\d+$", "");
  }

  private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
    send(exchange, code, type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int code, String type, byte[] bytes) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; "
        + "script-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-ancestors 'none'");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
