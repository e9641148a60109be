package io.jacquard.cuda;

import java.lang.foreign.SymbolLookup;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the search for CUDA asks of the machine that it runs on. Tests lay out machines of their own. */
interface Machine {
  /** The operating system and processor, as in {@code Linux amd64}. */
  String platform();

  /** An environment variable; null if it is not set. */
  @Nullable
  String environment(String name);

  boolean isFile(Path path);

  /** What lies in a folder, sorted by name; nothing if there is no such folder. */
  List<Path> list(Path folder);

  /** A file on the class path; null if there is none. */
  @Nullable
  URL resource(String name);

  /**
   * Loads a library for good, so that later ones that need its soname find it.
   *
   * @param library a path, or a soname that the loader looks for
   * @throws UnsatisfiedLinkError in the loader's words
   */
  SymbolLookup load(String library);
}
