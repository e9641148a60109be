package io.jacquard.cli;

import io.jacquard.data.MnistFiles;
import io.jacquard.io.Download;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code --download}: fetches data from the network, and shows how far it is. */
final class Fetching {
  static final String OPTION = "--download";
  private static final long REFRESH_NANOS = 100_000_000;
  private static final double MEGA = 1e6;

  private Fetching() {}

  /**
   * Fetches MNIST's files.
   *
   * @param folder where to; null for the user's cache folder
   * @return where they are
   */
  static Path mnist(@Nullable Path folder, Output output) {
    var place = folder == null ? MnistFiles.cacheFolder() : folder;
    fetch(MnistFiles.downloads(), place, output);
    return place;
  }

  static void fetch(List<Download> downloads, Path folder, Output output) {
    for (var download : downloads) {
      boolean there = Files.exists(folder.resolve(download.name()));
      var bar = new Bar(download.name(), output);
      var file = download.to(folder, bar);
      if (bar.began || !there) {
        bar.end(download.bytes());
        output.line("Fetched " + file + ", and its SHA-256 is right.");
      }
    }
  }

  /** A line that is rewritten; nothing where no person looks on. */
  private static final class Bar implements Download.Progress {
    private final String name;
    private final Output output;
    private final long begin = System.nanoTime();
    private long next = begin;
    private boolean began;

    Bar(String name, Output output) {
      this.name = name;
      this.output = output;
    }

    @Override
    public void done(long bytes, long of) {
      began = true;
      long now = System.nanoTime();
      if (!output.live() || now - next < 0) return;
      next = now + REFRESH_NANOS;
      show(bytes, of, now);
    }

    private void show(long bytes, long of, long now) {
      output.rewrite(ProgressLine.text(bytes, of,
          name + " · " + Format.millis(bytes / MEGA / ((now - begin) * 1e-9)) + " MB/s", output.width(),
          true));
    }

    void end(long bytes) {
      if (output.live()) show(bytes, bytes, System.nanoTime());
    }
  }
}
