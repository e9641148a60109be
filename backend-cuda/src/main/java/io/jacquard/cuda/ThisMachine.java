package io.jacquard.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machine that this program runs on. */
final class ThisMachine implements Machine {
  private static final int RTLD_LAZY = 1;
  private static final long LONGEST_MESSAGE = 4096;
  /** Of the loader of Linux: what it knows, and where else it looks. */
  private static final Path LIST = Path.of("/etc/ld.so.cache");
  private static final List<String> FOLDERS = List.of("/lib", "/usr/lib", "/lib64", "/usr/lib64");

  @Override
  public String platform() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }

  @Override
  public @Nullable String environment(String name) {
    return System.getenv(name);
  }

  @Override
  public boolean isFile(Path path) {
    return Files.isRegularFile(path);
  }

  @Override
  public List<Path> list(Path folder) {
    try (var entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException _) {
      return List.of(); // none, or none that may be read
    }
  }

  @Override
  public @Nullable URL resource(String name) {
    return ThisMachine.class.getClassLoader().getResource(name);
  }

  @Override
  @SuppressWarnings("restricted") // the launcher allows native access
  public SymbolLookup load(String library) {
    try {
      return library.startsWith("/")
          ? SymbolLookup.libraryLookup(Path.of(library), Arena.global())
          : SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException _) {
      throw new UnsatisfiedLinkError(isNowhere(library)
          ? library + ": cannot open shared object file: No such file or directory"
          : loadersWords(library));
    }
  }

  /** Whether the loader of Linux has no such file, in its own list or in the folders that it looks through besides. */
  private boolean isNowhere(String library) {
    var named = environment("LD_LIBRARY_PATH");
    var folders = new ArrayList<>(FOLDERS);
    if (named != null) Collections.addAll(folders, named.split("[:;]"));
    if (library.startsWith("/") || folders.stream().anyMatch(f -> Files.exists(Path.of(f, library))))
      return false;
    try {
      return !Files.readString(LIST, StandardCharsets.ISO_8859_1).contains(library);
    } catch (IOException _) {
      return false; // other systems have other lists
    }
  }

  /**
   * Java does not say why a library did not load, and the reason is most often another library that it needs. To ask costs a
   * start as much as to read the data; most machines just have no such file.
   */
  @SuppressWarnings("restricted")
  private static String loadersWords(String library) {
    var linker = Linker.nativeLinker();
    var open = linker.defaultLookup().find("dlopen");
    var error = linker.defaultLookup().find("dlerror");
    if (open.isEmpty() || error.isEmpty()) return library + " does not load";
    try (var arena = Arena.ofConfined()) {
      var dlopen = linker.downcallHandle(open.get(), FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
      var dlerror = linker.downcallHandle(error.get(), FunctionDescriptor.of(ADDRESS));
      var handle = (MemorySegment) dlopen.invokeExact(arena.allocateFrom(library), RTLD_LAZY);
      if (handle.address() != 0) return library + " does not load";
      var message = (MemorySegment) dlerror.invokeExact();
      return message.address() == 0 ? library + " does not load"
          : message.reinterpret(LONGEST_MESSAGE).getString(0);
    } catch (Throwable _) {
      return library + " does not load";
    }
  }
}
