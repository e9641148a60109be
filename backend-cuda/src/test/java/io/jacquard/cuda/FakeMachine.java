package io.jacquard.cuda;

import java.lang.foreign.SymbolLookup;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A machine laid out by a test: files, variables, and what the loader knows. */
final class FakeMachine implements Machine {
  String platform = "Linux amd64";
  final Map<String, String> variables = new HashMap<>();
  final Set<Path> files = new HashSet<>();
  /** What the loader finds by soname. */
  final Map<String, SymbolLookup> libraries = new HashMap<>();
  /** Files that do not load, and why. */
  final Map<String, String> broken = new HashMap<>();
  final Map<String, URL> resources = new HashMap<>();
  final List<String> loaded = new ArrayList<>();

  FakeMachine with(String... paths) {
    for (var path : paths) files.add(Path.of(path));
    return this;
  }

  @Override
  public String platform() {
    return platform;
  }

  @Override
  public @Nullable String environment(String name) {
    return variables.get(name);
  }

  @Override
  public boolean isFile(Path path) {
    return files.contains(path) || path.toFile().isFile() && resources.size() > 0;
  }

  @Override
  public List<Path> list(Path folder) {
    var entries = new TreeSet<Path>();
    for (var file : files) {
      if (file.startsWith(folder) && !file.equals(folder))
        entries.add(folder.resolve(file.getName(folder.getNameCount())));
    }
    return List.copyOf(entries);
  }

  @Override
  public @Nullable URL resource(String name) {
    return resources.get(name);
  }

  @Override
  public SymbolLookup load(String library) {
    if (broken.containsKey(library)) throw new UnsatisfiedLinkError(broken.get(library));
    var known = libraries.get(library);
    if (known == null && !isFile(Path.of(library)))
      throw new UnsatisfiedLinkError(library + ": cannot open shared object file: No such file or directory");
    loaded.add(library);
    return known == null ? _ -> Optional.empty() : known;
  }
}
