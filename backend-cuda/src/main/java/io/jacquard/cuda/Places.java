package io.jacquard.cuda;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The folders in which CUDA's libraries are looked for. */
final class Places {
  /** Names folders that come before all others, separated as in PATH. */
  static final String VARIABLE = "JACQUARD_CUDA";
  private static final List<String> WITHIN = List.of("", "lib64", "lib", "targets/x86_64-linux/lib");
  private static final Pattern TOOLKIT = Pattern.compile("cuda(-\\d+(\\.\\d+)?)?");

  private final Machine machine;

  Places(Machine machine) {
    this.machine = machine;
  }

  /** The folders that {@link #VARIABLE} names. */
  List<Path> named() {
    var folders = new ArrayList<Path>();
    for (var folder : split(machine.environment(VARIABLE))) addWithin(folders, folder);
    return folders;
  }

  /** A folder that {@link #VARIABLE} names and that is empty or not there; null if all are right. */
  @Nullable
  Path wrong() {
    return split(machine.environment(VARIABLE)).stream().filter(f -> machine.list(f).isEmpty()).findFirst()
        .orElse(null);
  }

  /** Toolkits, the newest first. */
  List<Path> toolkits() {
    var folders = new ArrayList<Path>();
    for (var variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      for (var folder : split(machine.environment(variable))) addWithin(folders, folder);
    }
    for (var parent : List.of(Path.of("/usr/local"), Path.of("/opt"))) {
      var found = new ArrayList<>(machine.list(parent).stream()
          .filter(p -> TOOLKIT.matcher(p.getFileName().toString()).matches()).toList());
      Collections.reverse(found); // sorted by name: cuda-13.0 comes after cuda-12.6
      for (var folder : found) addWithin(folders, folder);
    }
    return folders;
  }

  /** Where Python's packages have their libraries: site-packages/nvidia/.../lib. */
  List<Path> python() {
    var homes = new LinkedHashSet<Path>();
    for (var variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      homes.addAll(split(machine.environment(variable)));
    }
    for (var folder : split(machine.environment("PATH"))) {
      if (folder.getParent() != null && machine.isFile(folder.resolve("python3")))
        homes.add(folder.getParent());
    }
    for (var home : split(machine.environment("HOME"))) homes.add(home.resolve(".local"));
    homes.add(Path.of("/usr/local"));
    homes.add(Path.of("/usr"));
    var folders = new ArrayList<Path>();
    for (var home : homes) {
      for (var python : machine.list(home.resolve("lib"))) {
        if (!python.getFileName().toString().startsWith("python3")) continue;
        for (var packages : List.of("site-packages", "dist-packages")) {
          for (var part : machine.list(python.resolve(packages).resolve("nvidia")))
            folders.add(part.resolve("lib"));
        }
      }
    }
    return folders;
  }

  private static void addWithin(List<Path> folders, Path folder) {
    for (var within : WITHIN) folders.add(within.isEmpty() ? folder : folder.resolve(within));
  }

  private static List<Path> split(@Nullable String paths) {
    if (paths == null) return List.of();
    var folders = new ArrayList<Path>();
    for (var path : paths.split(File.pathSeparator, -1)) {
      if (!path.isBlank()) folders.add(Path.of(path.strip()));
    }
    return folders;
  }
}
